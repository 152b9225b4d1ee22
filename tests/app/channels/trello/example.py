"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"list_id": "5abbe4b7ddc1b351ef961414", "key": "s3cret-key", "token": "s3cret-token"}
SECRETS = ("s3cret-key", "s3cret-token")
