"""Alerts in the database: what single places found."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.db.reader import Reader
from app.models.tables import alerts, watchables


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """All that is stored of one alert; every field is a column of that name in `alerts`."""

    id: int
    uuid: str
    watchable_id: int
    location_id: int | None
    outage_id: int | None
    run_id: int | None
    at: datetime
    resolved_at: datetime | None
    output: str = field(repr=False)
    ignored: bool


@dataclass(frozen=True, slots=True)
class AlertWindow:
    """The newest alerts: numbers below `below`, open or resolved ones or all."""

    limit: int
    below: int | None = None
    is_open: bool | None = None


_COLUMNS = tuple(alerts.c[one.name] for one in fields(AlertRecord))
_SELECT_ALERTS = select(*_COLUMNS)


async def pages(reader: Reader, watchable_ids: Sequence[int], window: AlertWindow) -> dict[int, list[AlertRecord]]:
    """Return the alerts that the window shows of each of these watchables, newest first, by its number."""
    place = func.row_number().over(partition_by=alerts.c.watchable_id, order_by=alerts.c.id.desc())
    own = alerts.c.watchable_id.in_(watchable_ids)
    part = select(*_COLUMNS, place.label("place")).where(own, *_shown(window)).subquery()
    first = select(part).where(part.c.place <= window.limit).order_by(part.c.watchable_id, part.c.place)
    found: dict[int, list[AlertRecord]] = {}
    for row in await reader.rows(first):
        found.setdefault(row.watchable_id, []).append(AlertRecord(*row[:-1]))
    return found


async def of_project(reader: Reader, project_id: int, window: AlertWindow) -> list[AlertRecord]:
    """Return the alerts that the window shows of all that the project watches, newest first."""
    joined = _SELECT_ALERTS.join(watchables, watchables.c.id == alerts.c.watchable_id)
    wanted = joined.where(watchables.c.project_id == project_id, *_shown(window))
    rows = await reader.rows(wanted.order_by(alerts.c.id.desc()).limit(window.limit))
    return [AlertRecord(*row) for row in rows]


async def open_of(reader: Reader, watchable_ids: Sequence[int]) -> dict[int, list[AlertRecord]]:
    """Return the open alerts of each of these watchables, oldest first, by its number."""
    still = alerts.c.watchable_id.in_(watchable_ids) & alerts.c.resolved_at.is_(None)
    found: dict[int, list[AlertRecord]] = {}
    for row in await reader.rows(_SELECT_ALERTS.where(still).order_by(alerts.c.id)):
        found.setdefault(row.watchable_id, []).append(AlertRecord(*row))
    return found


async def of_outages(reader: Reader, outage_ids: Sequence[int]) -> dict[int, list[AlertRecord]]:
    """Return the alerts that each of these outages merged, oldest first, by its number."""
    found: dict[int, list[AlertRecord]] = {}
    for row in await reader.rows(_SELECT_ALERTS.where(alerts.c.outage_id.in_(outage_ids)).order_by(alerts.c.id)):
        found.setdefault(row.outage_id, []).append(AlertRecord(*row))
    return found


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, AlertRecord]:
    """Return the alerts with these numbers, by number."""
    return {row.id: AlertRecord(*row) for row in await reader.rows(_SELECT_ALERTS.where(alerts.c.id.in_(ids)))}


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, AlertRecord]:
    """Return the project's alerts with these uuids, by uuid."""
    joined = _SELECT_ALERTS.join(watchables, watchables.c.id == alerts.c.watchable_id)
    rows = await reader.rows(joined.where(watchables.c.project_id == project_id, alerts.c.uuid.in_(uuids)))
    return {row.uuid: AlertRecord(*row) for row in rows}


def _shown(window: AlertWindow) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if window.below is not None:
        conditions.append(alerts.c.id < window.below)
    if window.is_open is not None:
        still = alerts.c.resolved_at.is_(None)
        conditions.append(still if window.is_open else ~still)
    return conditions
