"""The management API of Healthchecks (specs/healthchecks.md sections 2 to 7)."""
