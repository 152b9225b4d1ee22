"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"routing_key": "s3cretkey00000000000000000000000"}
SECRETS = ("s3cretkey",)
