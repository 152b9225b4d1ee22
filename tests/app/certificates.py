"""Certificates for tests: one for 127.0.0.1 that nobody vouches for, and an authority that vouches for others."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


def self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = common_name("127.0.0.1")
    return context_of(folder, key, [certificate(name, key.public_key(), name, key, ["127.0.0.1"])])


class Authority:
    """Vouches for certificates; `file` is what to trust."""

    def __init__(self, folder):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = common_name("The authority of the tests")
        public = self._key.public_key()
        self._certificate = certificate(self._name, public, self._name, self._key, authority=True)
        path = folder / "authority.pem"
        path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self.file = str(path)

    def context(self, *names, since=-DAY, until=DAY):
        """Return what a server needs to be `names`; `since` and `until` are counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = certificate(common_name(names[0]), key.public_key(), self._name, self._key, names, since, until)
        return context_of(self._folder, key, [leaf, self._certificate])


def common_name(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(subject, public, issuer, key, names=(), since=-DAY, until=DAY, *, authority=False):
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
        .not_valid_before(now + since)
        .not_valid_after(now + until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False)
    return made.sign(key, hashes.SHA256())


def general_name(name):
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def context_of(folder, key, chain):
    path = folder / "both.pem"
    path.write_bytes(
        b"".join(link.public_bytes(serialization.Encoding.PEM) for link in chain)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
