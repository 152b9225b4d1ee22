"""Which certificate authorities probes trust."""

import ssl
from pathlib import Path

import certifi

_USUAL_PLACES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora and its kin
    "/etc/ssl/ca-bundle.pem",  # openSUSE
)


def ca_file() -> str:
    """Return the system's bundle, to which operators add authorities of their own, or the one that came with us.

    SSL_CERT_FILE names another one, as for Python's own TLS.
    """
    places = (ssl.get_default_verify_paths().cafile, *_USUAL_PLACES)
    return next((place for place in places if place and Path(place).is_file()), certifi.where())
