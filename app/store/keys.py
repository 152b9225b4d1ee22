"""Keys in the database: making them, and finding whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from app.db.engine import Database
from app.db.prepared import PreparedSelect
from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import NotFound, Unauthenticated
from app.models import ApiKey
from app.models.tables import api_keys, memberships, projects
from app.security.allowed_addresses import address_allowed, check_pattern
from app.security.keys import KeyRole, Vault, has_key_length, new_key, shown_prefix
from app.security.roles import Role, lower
from app.store.projects import ProjectRecord, select_projects

_ROLES = {KeyRole.READ_WRITE: Role.EDITOR, KeyRole.READ_ONLY: Role.VIEWER}
USE_NOTED_EVERY = timedelta(minutes=1)
"""How old the noted last use of a key may grow: noting each one would make every read a write."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, the project that it opens, what it may do there, and the user it acts for, if for one.

    A key has the rights of its user, never more than its own: `role` is what both may do in the project, `key_role`
    what the key may do at most where the user was granted another role.
    """

    project: ProjectRecord
    role: Role
    key_id: int
    last_used_at: datetime | None
    user_id: int | None = None
    key_role: Role = Role.EDITOR


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """All that may be shown of one key."""

    id: int
    uuid: str
    project_id: int
    name: str
    role: KeyRole
    prefix: str
    allow_ip: str | None
    user_id: int | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a new key is to be; `expires_at` None is never."""

    role: KeyRole
    name: str = ""
    allow_ip: str | None = None
    user_id: int | None = None
    expires_at: datetime | None = None


_SELECT_KEYS = select(*(api_keys.c[field.name] for field in fields(KeyRecord)))


class _Owner(NamedTuple):
    """What a key is good for, in the order of the columns of `_OWNER` behind those of its project."""

    key_id: int
    role: KeyRole
    allow_ip: str | None
    expires_at: datetime | None
    last_used_at: datetime | None
    user_id: int | None
    user_role: Role | None


_OWNER = PreparedSelect(
    select_projects.add_columns(
        api_keys.c.id,
        api_keys.c.role,
        api_keys.c.allow_ip,
        api_keys.c.expires_at,
        api_keys.c.last_used_at,
        api_keys.c.user_id,
        memberships.c.role,
    )
    .join(api_keys, api_keys.c.project_id == projects.c.id)
    .outerjoin(
        memberships, (memberships.c.user_id == api_keys.c.user_id) & (memberships.c.project_id == api_keys.c.project_id)
    )
    .where(api_keys.c.secret_hash == bindparam("secret_hash"))
)
_PROJECT_WIDTH = len(fields(ProjectRecord))


async def authenticate(database: Database, vault: Vault, key: str, address: str | None, now: datetime) -> Caller:
    """Return who holds this key; Unauthenticated when nobody does, from there, by now.

    The key of a user who is no member of its project any more opens nothing.
    """
    if not has_key_length(key):
        raise Unauthenticated("missing api key")
    row = await _OWNER.row(database, secret_hash=vault.key_hash(key))
    found = _Owner(*row[_PROJECT_WIDTH:]) if row else None
    if row is None or found is None or not _usable(found, address, now):
        raise Unauthenticated("wrong api key")
    key_role = _ROLES[found.role]
    return Caller(
        project=ProjectRecord(*row[:_PROJECT_WIDTH]),
        role=key_role if found.user_role is None else lower(key_role, found.user_role),
        key_id=found.key_id,
        last_used_at=found.last_used_at,
        user_id=found.user_id,
        key_role=key_role,
    )


def _usable(found: _Owner, address: str | None, now: datetime) -> bool:
    if found.role not in _ROLES or (found.user_id is not None and found.user_role is None):
        return False
    expired = found.expires_at is not None and found.expires_at <= now
    return not expired and address_allowed(found.allow_ip, address)


async def add(unit: UnitOfWork, vault: Vault, project_id: int, wanted: NewKey, now: datetime) -> tuple[KeyRecord, str]:
    """Store a new key and return it with its secret, which cannot be had again (but for ping keys)."""
    secret = new_key(wanted.role)
    row = ApiKey(
        project_id=project_id,
        user_id=wanted.user_id,
        name=wanted.name,
        role=wanted.role,
        prefix=shown_prefix(secret),
        secret_hash=vault.key_hash(secret),
        secret_encrypted=vault.encrypt(secret) if wanted.role is KeyRole.PING else None,
        allow_ip=check_pattern(wanted.allow_ip) if wanted.allow_ip else None,
        created_at=now,
        expires_at=wanted.expires_at,
    )
    await unit.add(row)
    return KeyRecord(*(getattr(row, field.name) for field in fields(KeyRecord))), secret


async def of_project(reader: Reader, project_id: int) -> list[KeyRecord]:
    """Return the project's keys, oldest first."""
    rows = await reader.rows(_SELECT_KEYS.where(api_keys.c.project_id == project_id).order_by(api_keys.c.id))
    return [KeyRecord(*row) for row in rows]


async def by_uuid(reader: Reader, project_id: int, uuid: str) -> KeyRecord:
    """Return the project's key with this uuid, or NotFound."""
    row = await reader.row(_SELECT_KEYS.where(api_keys.c.project_id == project_id, api_keys.c.uuid == uuid))
    if row is None:
        raise NotFound("There is no such key.")
    return KeyRecord(*row)


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, KeyRecord]:
    """Return the project's keys with these uuids, by uuid."""
    own = api_keys.c.project_id == project_id
    return {row.uuid: KeyRecord(*row) for row in await reader.rows(_SELECT_KEYS.where(own, api_keys.c.uuid.in_(uuids)))}


async def remove(unit: UnitOfWork, key_id: int) -> None:
    """Delete a key: it stops to work with the commit. NotFound when another did so since it was read."""
    gone = await unit.execute(delete(api_keys).where(api_keys.c.id == key_id).returning(api_keys.c.id))
    if gone.first() is None:
        raise NotFound("There is no such key.")


async def note_use(unit: UnitOfWork, key_id: int, now: datetime) -> None:
    """Note that the key was used just now."""
    await unit.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


async def any_ping_key(reader: Reader, vault: Vault) -> str | None:
    """Return some ping key, if there is one; ValueError when the site's secret is another one by now."""
    kept = select(api_keys.c.secret_encrypted).where(api_keys.c.secret_encrypted.is_not(None))
    row = await reader.row(kept.order_by(api_keys.c.id).limit(1))
    return vault.decrypt(row[0]) if row else None


async def ping_key(reader: Reader, vault: Vault, project_id: int) -> str | None:
    """Return the project's oldest ping key, which its URLs show."""
    statement = select(api_keys.c.secret_encrypted).where(
        api_keys.c.project_id == project_id, api_keys.c.role == KeyRole.PING
    )
    row = await reader.row(statement.order_by(api_keys.c.id).limit(1))
    return vault.decrypt(row[0]) if row else None
