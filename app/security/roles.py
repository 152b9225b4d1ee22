"""Roles: what a caller may do (DESIGN section 5)."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of a project may do; each role holds those below it."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    EDITOR = "EDITOR"
    VIEWER = "VIEWER"


_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2, Role.OWNER: 3}


def at_least(role: Role, needed: Role) -> bool:
    """Tell whether `role` holds `needed`."""
    return _RANK[role] >= _RANK[needed]


def lower(one: Role, other: Role) -> Role:
    """Return that of the two which the other holds."""
    return one if at_least(other, one) else other
