"""Keys, passwords, permissions, outgoing-address policy."""
