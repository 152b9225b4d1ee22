"""The inputs of the schema, and what resolvers take."""
