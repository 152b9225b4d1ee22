"""Sealing many small texts: what monitors send, as it is set and as it is recorded of each request."""

import hmac
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from functools import lru_cache
from hashlib import sha256
from itertools import count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT_BYTES = 16
_NONCE_BYTES = 12
_HEAD_BYTES = _SALT_BYTES + _NONCE_BYTES
_PROCESSES = 64


class Sealer:
    """Encrypts and authenticates texts by AES-GCM, at a tenth of what Fernet takes.

    Each process has a key of its own, made of the secret and a random salt that goes with each text, and counts its
    nonces: none is used twice, however many texts there are.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._salt = os.urandom(_SALT_BYTES)
        self._numbers = count()
        self._cipher = lru_cache(maxsize=_PROCESSES)(self._made_cipher)
        self._own = self._made_cipher(self._salt)

    def seal(self, text: str) -> str:
        """Return the text sealed."""
        nonce = next(self._numbers).to_bytes(_NONCE_BYTES, "big")
        return b64encode(self._salt + nonce + self._own.encrypt(nonce, text.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed, by whichever process; ValueError when it was with another secret."""
        try:
            raw = b64decode(sealed, validate=True)
            nonce, content = raw[_SALT_BYTES:_HEAD_BYTES], raw[_HEAD_BYTES:]
            return self._cipher(raw[:_SALT_BYTES]).decrypt(nonce, content, None).decode()
        except (InvalidTag, NotBase64, ValueError) as error:
            raise ValueError("What was sealed does not open: the site's secret key was changed.") from error

    def _made_cipher(self, salt: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._secret, salt, sha256))
