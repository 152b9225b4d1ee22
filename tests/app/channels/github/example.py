"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"repository": "acme/ops", "token": "s3cret-token", "labels": ["incident", "prod"]}
SECRETS = ("s3cret-token",)
