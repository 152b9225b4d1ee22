"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {
    "server": "http://127.0.0.1:1",
    "account": "+37120000001",
    "recipient": "+37120000002",
    "notify_up": False,
}
SECRETS = ()
