"""What Healthchecks tests start from: keys, checks, channels and pings that are in the database already."""

from dataclasses import replace

import httpx
from starlette.applications import Starlette

from app.ids import new_uuid, unique_key
from app.models import Channel, Contact, Flip, Notification, Ping, Project
from app.rules.check_state import reschedule
from app.security.keys import KeyRole
from app.site import Site
from app.store import assignments, checks, keys, projects, tags
from app.store.checks import CheckRecord
from app.store.keys import NewKey
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.routes import healthchecks_routes

ROOT = "http://testserver"
EXTRA_KEYS = frozenset(
    {"slug", "started", "methods", "subject", "subject_fail", "start_kw", "success_kw", "failure_kw"}
    | {"filter_subject", "filter_body", "filter_http_body", "filter_default_fail", "badge_url"}
)
"""Keys of a check that today's clients find beside those of the document (section 16)."""
EXTRA_WRITER_KEYS = EXTRA_KEYS | {"uuid", "resume_url"}


def application(site: Site) -> Starlette:
    """Serve the Healthchecks API alone."""
    served = Starlette(routes=healthchecks_routes(site))
    served.router.redirect_slashes = False
    return served


def client(app: Starlette, key: str | None = None, **headers: str) -> httpx.AsyncClient:
    """Talk to the application with this key in every request."""
    headers |= {"X-Api-Key": key} if key is not None else {}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ROOT, headers=headers)


async def a_project(site: Site, name: str = "Another", **values) -> ProjectRecord:
    async with site.database.transaction() as unit:
        return await projects.add(unit, Project(name=name, created_at=site.clock(), **values))


async def a_key(site: Site, project: ProjectRecord, role: KeyRole = KeyRole.READ_WRITE, **values) -> str:
    async with site.database.transaction() as unit:
        return (await keys.add(unit, site.vault, project.id, NewKey(role=role, **values), site.clock()))[1]


async def a_check(site: Site, project: ProjectRecord, **values) -> CheckRecord:
    """Store a check with these values; its deadline follows from them."""
    check = replace(checks.new_check(project.id, "", "", site.clock()), **values)
    check = replace(check, unique_key=unique_key(check.uuid))
    reschedule(check)
    async with site.database.transaction() as unit:
        await checks.add(unit, check)
        await tags.retag(unit, project.id, check.id, tags.words(check.tags))
    return check


async def a_channel(site: Site, project: ProjectRecord, name: str = "", kind: str = "email", uuid: str = "") -> Channel:
    """Store a channel of a contact of its own."""
    async with site.database.transaction() as unit:
        contact = Contact(project_id=project.id, name=name, created_at=site.clock())
        await unit.add(contact)
        channel = Channel(
            uuid=uuid or new_uuid(),
            project_id=project.id,
            contact_id=contact.id,
            kind=kind,
            name=name,
            settings_encrypted=site.vault.encrypt("{}"),
            created_at=site.clock(),
        )
        await unit.add(channel)
        return channel


async def assigned(site: Site, check: CheckRecord, *channels: Channel) -> None:
    async with site.database.transaction() as unit:
        await assignments.assign_channels(unit, check.id, {channel.id for channel in channels})


async def stored(site: Site, *rows: Ping | Flip | Notification) -> None:
    async with site.database.transaction() as unit:
        await unit.add(*rows)


async def reread(site: Site, check: CheckRecord) -> CheckRecord | None:
    """Return the check as it is stored now."""
    return (await checks.by_ids(site.database, [check.id])).get(check.id)
