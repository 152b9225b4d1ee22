"""The GraphQL API: schema, resolvers, and what they share."""
