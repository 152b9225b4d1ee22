"""Settings that use all that the kind knows, for the conformance test."""

KEY = "5ec7e7" * 6 + "abcd"
SETTINGS = {"url": f"prowl://{KEY}/?rto=900&verify=no", "notify_up": False}
SECRETS = (KEY,)
