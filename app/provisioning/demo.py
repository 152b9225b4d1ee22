"""What a new site starts with, so that there is something to look at and to ping."""

import secrets
from typing import Any

from app.errors import NotFound
from app.models.tables import projects as projects_table
from app.provisioning.make import make_project, make_user
from app.security.roles import Role
from app.site import Site
from app.store import assignments, checks, projects, tags

_NAME = "Demo: nightly backup"
_OWNER = "admin@localhost.localdomain"


async def make_demo_check(site: Site, project: str) -> dict[str, Any]:
    """Make a check that waits for its first ping, told to all the project's channels."""
    async with site.database.transaction() as unit:
        owner = await projects.named(unit, project)
        if owner is None:
            raise NotFound(f"There is no project {project!r}: make it with `heliograph project create`.")
        check = checks.new_check(owner.id, _NAME, "demo-nightly-backup", site.clock())
        check.tags = "demo"
        await checks.add(unit, check)
        await tags.retag(unit, owner.id, check.id, tags.words(check.tags))
        await assignments.assign_all(unit, check.id)
    return {"check": {"id": check.uuid, "name": check.name, "ping_url": f"{site.ping_root}{check.uuid}"}}


async def first_start(site: Site) -> dict[str, Any] | None:
    """Make a project, a user, keys and a demo check when there is no project yet; returns their secrets."""
    if await site.database.row(projects_table.select().limit(1)) is not None:
        return None
    made = await make_project(site, "Main")
    password = secrets.token_urlsafe(12)
    user = await make_user(site, made["project"]["id"], _OWNER, password, Role.ADMIN)
    check = await make_demo_check(site, made["project"]["id"])
    return made | {"user": user["user"] | {"password": password, "token": user["token"]}} | check
