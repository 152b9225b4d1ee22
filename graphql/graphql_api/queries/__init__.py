"""The root fields that read, one noun a file."""
