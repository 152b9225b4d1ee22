"""The mutations, one noun a file."""
