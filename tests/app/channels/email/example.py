"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"address": "ops@example.org", "notify_up": False, "notify_down": True}
SECRETS = ()
