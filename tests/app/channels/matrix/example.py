"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {
    "homeserver": "http://127.0.0.1:1",
    "access_token": "s3cret-token",
    "room_id": "!room:example.org",
    "notify_up": False,
}
SECRETS = ("s3cret-token",)
