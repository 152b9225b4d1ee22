"""Locations by the names that the API knows them by (specs/apiscience.md section 16, row 4)."""

from collections.abc import Sequence

from app.errors import InvalidInput
from app.store.locations import LocationRecord

DEFAULT = "us-east"
"""The code of the location that runs a monitor of which none is said: Washington DC."""

_ALIASES = {
    "eu": "eu-west",
    "eu-west-1": "eu-west",
    "us": "us-east",
    "us-east-1": "us-east",
    "dc": "us-east",
    "us-west-2": "us-west",
}


def named(name: str, known: Sequence[LocationRecord]) -> LocationRecord:
    """Return the location that is called so, by its name, code or an alias, in any case; InvalidInput else."""
    plain = " ".join(name[:100].lower().split())
    code = _ALIASES.get(plain, plain)
    for location in known:
        if location.code.lower() == code or location.name.lower() == plain:
            return location
    raise InvalidInput(f"is none of {', '.join(location.name for location in known)}")


def default(known: Sequence[LocationRecord]) -> tuple[str, ...]:
    """Return the uuid of the location that runs what names none."""
    return tuple(location.uuid for location in known if location.code == DEFAULT) or tuple(
        location.uuid for location in known[:1]
    )
