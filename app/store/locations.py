"""Locations in the database, and which monitor is probed from which."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from app.db.reader import Reader
from app.models.tables import locations, monitor_locations


@dataclass(frozen=True, slots=True)
class LocationRecord:
    """All that is stored of one location. Those of no project are everybody's."""

    id: int
    uuid: str
    project_id: int | None
    code: str
    name: str
    country: str
    region: str
    created_at: datetime


_SELECT_LOCATIONS = select(*(locations.c[field.name] for field in fields(LocationRecord)))


def _seen_by(project_id: int) -> ColumnElement[bool]:
    return or_(locations.c.project_id.is_(None), locations.c.project_id == project_id)


async def of_project(reader: Reader, project_id: int) -> list[LocationRecord]:
    """Return the locations that the project may probe from, oldest first."""
    rows = await reader.rows(_SELECT_LOCATIONS.where(_seen_by(project_id)).order_by(locations.c.id))
    return [LocationRecord(*row) for row in rows]


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, LocationRecord]:
    """Return the locations with these numbers, by number."""
    rows = await reader.rows(_SELECT_LOCATIONS.where(locations.c.id.in_(ids)))
    return {row.id: LocationRecord(*row) for row in rows}


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, LocationRecord]:
    """Return those of the locations with these uuids that the project may probe from, by uuid."""
    rows = await reader.rows(_SELECT_LOCATIONS.where(_seen_by(project_id), locations.c.uuid.in_(uuids)))
    return {row.uuid: LocationRecord(*row) for row in rows}


async def of_monitors(reader: Reader, monitor_ids: Sequence[int]) -> dict[int, list[LocationRecord]]:
    """Return the locations of these monitors, each list in its order, by the monitor's number."""
    statement = (
        _SELECT_LOCATIONS.add_columns(monitor_locations.c.watchable_id)
        .join(monitor_locations)
        .where(monitor_locations.c.watchable_id.in_(monitor_ids))
        .order_by(monitor_locations.c.position, monitor_locations.c.location_id)
    )
    found: dict[int, list[LocationRecord]] = {}
    for *location, watchable_id in await reader.rows(statement):
        found.setdefault(watchable_id, []).append(LocationRecord(*location))
    return found
