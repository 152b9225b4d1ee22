"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"api_key": "s3cret-key", "region": "eu"}
SECRETS = ("s3cret-key",)
