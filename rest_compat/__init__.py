"""The REST APIs of four monitoring services: route tables and wire mappers over the resolvers."""
