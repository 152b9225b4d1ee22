"""Projects in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select, update

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import NotFound
from app.models import Project
from app.models.tables import projects, watchables

_REMOVED_AT_ONCE = 50
"""Checks deleted in one transaction: each may have a thousand pings."""


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """All that is stored of one project."""

    id: int
    uuid: str
    name: str
    slug: str
    badge_key: str
    timezone: str
    check_limit: int
    ping_limit: int
    created_at: datetime


select_projects = select(*(projects.c[field.name] for field in fields(ProjectRecord)))
"""Every column of a record, in the order of its fields."""


async def by_id(reader: Reader, project_id: int) -> ProjectRecord | None:
    """Return the project with this number."""
    row = await reader.row(select_projects.where(projects.c.id == project_id))
    return ProjectRecord(*row) if row else None


async def named(reader: Reader, name: str) -> ProjectRecord | None:
    """Return the oldest project with this uuid or name."""
    named_so = (projects.c.uuid == name) | (projects.c.name == name)
    row = await reader.row(select_projects.where(named_so).order_by(projects.c.id).limit(1))
    return ProjectRecord(*row) if row else None


async def by_badge_key(reader: Reader, badge_key: str) -> ProjectRecord | None:
    """Return the project whose badges have this key in their URLs."""
    row = await reader.row(select_projects.where(projects.c.badge_key == badge_key))
    return ProjectRecord(*row) if row else None


async def lock(unit: UnitOfWork, project_id: int) -> None:
    """Let one transaction at a time add to the project, so that limits and unique fields hold."""
    await unit.execute(select(projects.c.id).where(projects.c.id == project_id).with_for_update(key_share=True))


async def add(unit: UnitOfWork, project: Project) -> ProjectRecord:
    """Store a new project."""
    await unit.add(project)
    return ProjectRecord(*(getattr(project, field.name) for field in fields(ProjectRecord)))


async def remove_watchables(unit: UnitOfWork, project_id: int) -> int:
    """Delete some of the project's checks with their history; return how many."""
    some = select(watchables.c.id).where(watchables.c.project_id == project_id).order_by(watchables.c.id)
    gone = await unit.execute(
        delete(watchables).where(watchables.c.id.in_(some.limit(_REMOVED_AT_ONCE))).returning(watchables.c.id)
    )
    return len(gone.all())


async def remove(unit: UnitOfWork, project_id: int) -> None:
    """Delete a project with its keys, contacts and whatever else is left of it."""
    await unit.execute(delete(projects).where(projects.c.id == project_id))


async def change(unit: UnitOfWork, project_id: int, values: Mapping[str, object]) -> ProjectRecord:
    """Set these columns of a project and return it as it is now."""
    if values:
        await unit.execute(update(projects).where(projects.c.id == project_id).values(**values))
    found = await by_id(unit, project_id)
    if found is None:
        raise NotFound("There is no such project.")
    return found
