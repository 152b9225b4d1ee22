"""The use-cases: plain async functions that GraphQL fields and REST routes bind alike."""
