"""Settings that use all that the kind knows, for the conformance test."""

SETTINGS = {"channels": ["5a4e6b8c-1f2d-4c3b-9a8e-7d6c5b4a3f2e", "746a083e-f542-4554-be1a-707ce16d3acc"]}
SECRETS = ()
