"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {
    "account_sid": "AC00112233445566778899aabbccddeeff",
    "auth_token": "s3cret-token",
    "sender": "Monitoring",
    "to": "+15005550006",
    "notify_up": False,
    "notify_down": True,
}
SECRETS = ("s3cret-token",)
