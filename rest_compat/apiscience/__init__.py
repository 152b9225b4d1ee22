"""The API of API Science, v1 (specs/apiscience.md)."""
