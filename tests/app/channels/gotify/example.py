"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {
    "server": "http://127.0.0.1:1/gotify/",
    "token": "s3cret-token",
    "priority_down": 9,
    "priority_up": 1,
    "notify_up": False,
}
SECRETS = ("s3cret-token",)
