"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"down": "logger -t monitoring $NAME is $STATUS", "up": "logger -t monitoring $NAME is $STATUS"}
SECRETS = ()
