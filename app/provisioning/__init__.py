"""Making what a person needs before the first request: projects, keys, users, contacts."""
