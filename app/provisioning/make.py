"""Projects, keys, users and contacts, made by who runs the server (DESIGN section 6).

Each function does one transaction and returns what the command prints as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.channels.registry import channel_kind
from app.db.unit_of_work import UnitOfWork
from app.errors import InvalidInput, NotFound
from app.models import Project
from app.rules.check_settings import LONGEST_NAME, checked_text, checked_timezone
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.slugs import slug_of
from app.security.keys import KeyRole, Vault
from app.security.roles import Role
from app.site import Site
from app.store import channels, grants, keys, projects, users, watchables
from app.store.channel_settings import accepted_settings
from app.store.keys import NewKey
from app.store.projects import ProjectRecord

LARGEST_CHECK_LIMIT = 1_000_000
LARGEST_PING_LIMIT = 10_000
SHORTEST_PASSWORD = 8
_USER_KEYS = {Role.ADMIN: KeyRole.READ_WRITE, Role.EDITOR: KeyRole.READ_WRITE, Role.VIEWER: KeyRole.READ_ONLY}


@dataclass(frozen=True, slots=True)
class MadeProject:
    """A new project, and the secrets of its keys, which cannot be had again (but for the ping key)."""

    project: ProjectRecord
    secrets: Mapping[KeyRole, str]


async def add_project(
    unit: UnitOfWork, vault: Vault, project: Project, now: datetime, *, user_id: int | None = None
) -> MadeProject:
    """Store a project with one key of each role, for a user if one is given, and the contact `Default`.

    InvalidInput when it has no name; the contact has no channels yet.
    """
    if not project.name.strip():
        raise InvalidInput("A project has a name.", path=("name",))
    checked_text(project.name, "name", LONGEST_NAME)
    project.slug = slug_of(project.name)
    stored = await projects.add(unit, project)
    secrets = {}
    for role in KeyRole:
        _, secrets[role] = await keys.add(unit, vault, stored.id, NewKey(role=role, user_id=user_id), now)
    await channels.add_contact(unit, stored.id, "Default", now, auto_linked=True)
    return MadeProject(stored, secrets)


async def make_project(site: Site, name: str, *, check_limit: int = 10_000, ping_limit: int = 100) -> dict[str, Any]:
    """Make a project with one key of each role and the contact `Default`, which has no channels yet."""
    _within("check limit", check_limit, LARGEST_CHECK_LIMIT)
    _within("ping limit", ping_limit, LARGEST_PING_LIMIT)
    now = site.clock()
    wanted = Project(name=name, check_limit=check_limit, ping_limit=ping_limit, created_at=now)
    async with site.database.transaction() as unit:
        made = await add_project(unit, site.vault, wanted, now)
    secrets = {role.value.lower(): secret for role, secret in made.secrets.items()}
    return {"project": {"id": made.project.uuid, "name": made.project.name}, "keys": secrets}


async def make_key(site: Site, project: str, wanted: NewKey, *, user_email: str | None = None) -> dict[str, Any]:
    """Make a key of a project, for a user if one is named."""
    async with site.database.transaction() as unit:
        owner = await _project(unit, project)
        user_id = await _member_id(unit, owner, user_email) if user_email else None
        chosen = NewKey(wanted.role, wanted.name, wanted.allow_ip, user_id, wanted.expires_at)
        key, secret = await keys.add(unit, site.vault, owner.id, chosen, site.clock())
    return {"key": {"id": key.uuid, "role": key.role.value.lower().replace("_", "-"), "secret": secret}}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user wants to hear by mail, and by whose clock."""

    timezone: str = "UTC"
    reports: ReportRhythm = ReportRhythm.MONTHLY
    nags: NagRhythm = NagRhythm.OFF


async def make_user(
    site: Site, project: str, email: str, password: str, role: Role, hears: Preferences | None = None
) -> dict[str, Any]:
    """Make a user who is a member of a project, and a token that acts for that user."""
    hears = hears or Preferences()
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(f"A password has at least {SHORTEST_PASSWORD} characters.", path=("password",))
    now = site.clock()
    async with site.database.transaction() as unit:
        owner = await _project(unit, project)
        user = await users.add(unit, email, password, now)
        user.timezone = checked_timezone(hears.timezone)
        user.report_rhythm, user.nag_rhythm = hears.reports, hears.nags
        await users.join(unit, user.id, owner.id, role, now)
        wanted = NewKey(role=_USER_KEYS[role], name=f"token of {email}"[:LONGEST_NAME], user_id=user.id)
        _, token = await keys.add(unit, site.vault, owner.id, wanted, now)
    return {"user": {"id": user.uuid, "email": user.email}, "token": token}


async def make_grant(site: Site, project: str, *, user_email: str, watchable: str, role: Role) -> dict[str, Any]:
    """Give a member of a project another role for one check or monitor, named by its uuid or number."""
    async with site.database.transaction() as unit:
        owner = await _project(unit, project)
        user_id = await _member_id(unit, owner, user_email)
        watchable_id = await watchables.number(unit, owner.id, watchable)
        if watchable_id is None:
            raise NotFound(f"The project has no check or monitor {watchable!r}.")
        await grants.put(unit, user_id, watchable_id, role)
    return {"grant": {"user": user_email, "watchable": watchable_id, "role": role.value.lower()}}


async def make_contact(
    site: Site, project: str, *, name: str, kind: str, value: str, settings: dict[str, Any]
) -> dict[str, Any]:
    """Make a contact with one channel; `value` is the address or URL, `settings` what else the kind takes.

    It hears of the monitors that are made by APIs which cannot say who is told.
    """
    checked_text(name, "name", LONGEST_NAME)
    given = channel_kind(kind).from_value(value, settings)
    now = site.clock()
    async with site.database.transaction() as unit:
        owner = await _project(unit, project)
        valid = await accepted_settings(unit, site.gateway, owner.id, kind, given)
        await projects.lock(unit, owner.id)
        contact = await channels.add_contact(unit, owner.id, name, now, auto_linked=True)
        channel = await channels.add(unit, site.vault, contact, kind, name, valid, now)
    return {"contact": {"id": contact.uuid}, "channel": {"id": channel.uuid, "kind": channel.kind}}


async def _project(unit: UnitOfWork, name: str) -> ProjectRecord:
    project = await projects.named(unit, name)
    if project is None:
        raise NotFound(f"There is no project {name!r}: make it with `heliograph project create`.")
    return project


async def _member_id(unit: UnitOfWork, project: ProjectRecord, email: str) -> int:
    """Return the number of the project's member with this address, whose rights a key or a grant is about."""
    user = await users.by_email(unit, email)
    if user is None or user.id is None:
        raise NotFound(f"There is no user {email!r}: make one with `heliograph user create`.")
    if await users.role_in(unit, user.id, project.id) is None:
        raise NotFound(f"{email} is no member of the project {project.name!r}.")
    return user.id


def _within(what: str, number: int, largest: int) -> None:
    if not 1 <= number <= largest:
        raise InvalidInput(f"The {what} must be between 1 and {largest}.")
