"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {
    "user_key": "s3cretuserkey00000000000000000",
    "token": "s3cretapptoken0000000000000000",
    "priority_down": 2,
    "priority_up": -1,
    "notify_up": False,
}
SECRETS = ("s3cretuserkey00000000000000000", "s3cretapptoken0000000000000000")
