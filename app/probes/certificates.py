"""The facts of a certificate chain, from what libcurl keeps of a handshake."""

from collections.abc import Sequence
from functools import lru_cache

from cryptography import x509

from app.probes.result import Certificate

CertificateInfo = Sequence[Sequence[tuple[str, str]]]
"""libcurl's CERTINFO: of each certificate, the server's own first, names and texts; `Cert` is it in PEM."""


def certificate_of(chain: CertificateInfo, *, protocol: str, cipher: str) -> Certificate | None:
    """Return the facts of the server's own certificate, None where there is none that can be read."""
    pem = next((text for name, text in chain[0] if name == "Cert"), None) if chain else None
    return None if pem is None else _read(pem, len(chain), protocol, cipher)


@lru_cache(maxsize=1024)
def _read(pem: str, chain_length: int, protocol: str, cipher: str) -> Certificate | None:
    """Read it once: a server shows the same certificate at every probe for months."""
    try:
        leaf = x509.load_pem_x509_certificate(pem.encode())
        return Certificate(
            subject=leaf.subject.rfc4514_string(),
            issuer=leaf.issuer.rfc4514_string(),
            not_before=leaf.not_valid_before_utc,
            not_after=leaf.not_valid_after_utc,
            names=_names(leaf),
            chain_length=chain_length,
            protocol=protocol,
            cipher=cipher,
        )
    except ValueError:
        # OpenSSL lets pass what a strict reader does not; the handshake has judged it already.
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *names.get_values_for_type(x509.DNSName),
        *(str(address) for address in names.get_values_for_type(x509.IPAddress)),
    )
