"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {
    "topic": "backups",
    "server": "http://127.0.0.1:1",
    "token": "tk_s3cret",
    "priority_down": 4,
    "priority_up": 2,
    "notify_up": False,
}
SECRETS = ("tk_s3cret",)
