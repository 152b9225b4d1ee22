"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {"url": "http://127.0.0.1:1/hooks/s3cret-key"}
SECRETS = ("s3cret-key",)
