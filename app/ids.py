"""Names of rows: uuids as text, global ids of GraphQL, unique keys of Healthchecks."""

import base64
import binascii
import hashlib
import re
import uuid

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def new_uuid() -> str:
    """Return a new random uuid in its lower-case dashed form, the one form that is stored."""
    return str(uuid.uuid4())


def is_uuid(text: str) -> bool:
    """Tell whether `text` is a uuid in lower-case dashed form."""
    return _UUID.fullmatch(text) is not None


def unique_key(check_uuid: str) -> str:
    """Return the name of a check that hides its uuid: 40 hex digits (specs/healthchecks.md section 4)."""
    return hashlib.sha1(check_uuid.replace("-", "")[:16].encode(), usedforsecurity=False).hexdigest()


def global_id(type_name: str, name: str) -> str:
    """Return the id that a GraphQL node of this type and name (its uuid) has."""
    return base64.b64encode(f"{type_name}:{name}".encode()).decode()


def parse_global_id(text: str) -> tuple[str, str] | None:
    """Return type and name of a global id, or None when it is none."""
    try:
        type_name, found, name = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (type_name, name) if found else None
