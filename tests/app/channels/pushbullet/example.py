"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"token": "o.s3cret", "notify_up": False}
SECRETS = ("o.s3cret",)
