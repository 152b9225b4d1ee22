"""Badges: the state of a check, a tag or a project as a small image, for pages anybody may see (section 14)."""
