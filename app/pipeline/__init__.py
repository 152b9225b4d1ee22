"""The transactions that move data."""
