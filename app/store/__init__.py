"""Every statement that reads or writes a noun, one noun a file."""
