"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {
    "account_sid": "AC00112233445566778899aabbccddeeff",
    "auth_token": "s3cret-token",
    "sender": "+15005550001",
    "to": "+15005550006",
}
SECRETS = ("s3cret-token",)
