"""Mail that comes in: e-mail pings and bounces (specs/healthchecks.md sections 13 and 7.6)."""
