"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {"url": "http://user:s3cret-password@127.0.0.1:1/alerts", "notify_up": False, "notify_down": True}
SECRETS = ("s3cret-password",)
