"""Keys: how they look, how they are stored (DESIGN section 5)."""

import hmac
import secrets
import string
from base64 import urlsafe_b64encode
from enum import StrEnum
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

from app.security.sealing import Sealer

_LETTERS_DIGITS = string.ascii_letters + string.digits
_LOWER_DIGITS = string.ascii_lowercase + string.digits
_API_KEY_LENGTH = 32
_PING_KEY_LENGTH = 22
_BADGE_KEY_LENGTH = 22
_PREFIX_LENGTH = 8
_BADGE_SIGNATURE_LENGTH = 8


class KeyRole(StrEnum):
    """What a key opens: all of its project, reading of it, or its ping URLs by slug."""

    READ_WRITE = "READ_WRITE"
    READ_ONLY = "READ_ONLY"
    PING = "PING"


_STARTS = {KeyRole.READ_WRITE: "hgw_", KeyRole.READ_ONLY: "hgr_"}


def new_key(role: KeyRole) -> str:
    """Return a new random key: `hgw_` or `hgr_` and 28 letters or digits; for pings 22 lower-case ones."""
    if role is KeyRole.PING:
        return "".join(secrets.choice(_LOWER_DIGITS) for _ in range(_PING_KEY_LENGTH))
    start = _STARTS[role]
    return start + "".join(secrets.choice(_LETTERS_DIGITS) for _ in range(_API_KEY_LENGTH - len(start)))


def new_badge_key() -> str:
    """Return a new random name of a project for the URLs of its badges: 22 lower-case letters or digits."""
    return "".join(secrets.choice(_LOWER_DIGITS) for _ in range(_BADGE_KEY_LENGTH))


def has_key_length(key: str) -> bool:
    """Tell whether the text can be an API key at all; shorter or longer ones count as missing."""
    return len(key) == _API_KEY_LENGTH


def shown_prefix(key: str) -> str:
    """Return the part of a key by which its owner may recognise it."""
    return key[:_PREFIX_LENGTH]


class Vault:
    """The site's secret at work: hashes keys, encrypts what must be shown or used again, signs links.

    `sealer` encrypts what there is much of.
    """

    def __init__(self, site_secret: bytes) -> None:
        self._hash_key = hmac.digest(site_secret, b"heliograph key hash", sha256)
        self._sign_key = hmac.digest(site_secret, b"heliograph link signature", sha256)
        encryption_key = hmac.digest(site_secret, b"heliograph encryption", sha256)
        self._fernet = Fernet(urlsafe_b64encode(encryption_key))
        self.sealer = Sealer(hmac.digest(site_secret, b"heliograph records", sha256))
        self._message_fernet = Fernet(urlsafe_b64encode(hmac.digest(site_secret, b"heliograph messages", sha256)))

    def key_hash(self, key: str) -> str:
        """Return what is stored of a key: a keyed hash, in hex."""
        return hmac.digest(self._hash_key, key.encode(), sha256).hex()

    def encrypt(self, text: str) -> str:
        """Return `text` encrypted and authenticated."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Return what was encrypted; ValueError when the site's secret is another one by now."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise ValueError(
                "A stored secret does not open: HELIOGRAPH_SECRET_KEY or data/secret.key was changed."
            ) from error

    def seal(self, content: bytes) -> str:
        """Return what may travel through a broker: the content encrypted and authenticated, as text."""
        return self._message_fernet.encrypt(content).decode()

    def unseal(self, token: str) -> bytes:
        """Return what was sealed; ValueError when another secret, or nobody, sealed it."""
        try:
            return self._message_fernet.decrypt(token.encode())
        except InvalidToken as error:
            raise ValueError(
                "A message does not open: all processes of a site need the same HELIOGRAPH_SECRET_KEY."
            ) from error

    def signature(self, purpose: str, name: str) -> str:
        """Return a short signature for a link that lets its holder do `purpose` to `name`."""
        return self._digest(purpose, name).hex()[:32]

    def signed(self, purpose: str, name: str, signature: str) -> bool:
        """Tell whether the signature is ours, in constant time."""
        return hmac.compare_digest(self.signature(purpose, name).encode(), signature.encode())

    def badge_signature(self, badge_key: str, tag: str) -> str:
        """Return what the URL of a tag's badges holds: 8 characters that are safe in URLs."""
        return urlsafe_b64encode(self._digest("badge", f"{badge_key}:{tag}"))[:_BADGE_SIGNATURE_LENGTH].decode()

    def badge_signed(self, badge_key: str, tag: str, signature: str) -> bool:
        """Tell whether the signature in the URL of a badge is ours, in constant time."""
        return hmac.compare_digest(self.badge_signature(badge_key, tag).encode(), signature.encode())

    def _digest(self, purpose: str, name: str) -> bytes:
        return hmac.digest(self._sign_key, f"{purpose}:{name}".encode(), sha256)
