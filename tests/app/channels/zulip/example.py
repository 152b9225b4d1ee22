"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {
    "site": "http://127.0.0.1:1/",
    "bot_email": "alerts-bot@example.org",
    "bot_key": "s3cret-key",
    "type": "stream",
    "to": "ops & more",
    "topic": "Backups",
    "notify_up": False,
}
SECRETS = ("s3cret-key",)
