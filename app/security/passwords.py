"""Passwords of people: argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()


def password_hash(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher.hash(password)


def password_matches(stored: str, password: str) -> bool:
    """Tell whether this is the password; slow on purpose."""
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
