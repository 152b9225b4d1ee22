"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"bot_token": "123456:s3cret-token", "chat_id": "-1001234567890", "thread_id": 7, "notify_up": False}
SECRETS = ("s3cret-token",)
