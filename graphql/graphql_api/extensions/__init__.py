"""Limits and speed of the schema."""
