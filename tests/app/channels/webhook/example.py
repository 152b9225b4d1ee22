"""Settings that use all that the kind knows, for the conformance test. They lead nowhere: port 1 is closed."""

SETTINGS = {
    "down": {
        "method": "POST",
        "url": "http://user:s3cret-password@127.0.0.1:1/$CODE?x=$NAME",
        "headers": {"Authorization": "Bearer s3cret-token", "X-Name": "$NAME"},
        "body": "$JSON",
    },
    "up": {"method": "GET", "url": "http://127.0.0.1:1/up", "headers": {"X-Key": "s3cret-key"}},
}
SECRETS = ("s3cret-password", "s3cret-token", "s3cret-key")
