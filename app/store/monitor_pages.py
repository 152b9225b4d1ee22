"""Pages of a project's monitors: filtered, ordered, by keyset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.db.reader import Reader
from app.models.tables import locations, monitor_locations, monitors, watchables
from app.rules.outcomes import ProbeKind
from app.rules.states import WatchState
from app.store.check_pages import CheckOrder, CheckOrderField, Position
from app.store.checks import carries
from app.store.monitors import MonitorRecord, select_monitors


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorFilter:
    """Which monitors are wanted: each field that is given must hold, and all of the tags.

    `search` is a part of the name, in any case; `location` the uuid of a place.
    """

    tags: Sequence[str] = ()
    states: Sequence[WatchState] | None = None
    kinds: Sequence[ProbeKind] | None = None
    search: str | None = None
    slug: str | None = None
    location: str | None = None
    paused: bool | None = None


_RANKS = {state: rank for rank, state in enumerate(WatchState)}


def position(monitor: MonitorRecord, order: CheckOrder) -> Position:
    """Return where the monitor stands; the value is a text, a number or an instant, by the order's field."""
    match order.field:
        case CheckOrderField.NAME:
            return monitor.name, monitor.id
        case CheckOrderField.STATE:
            return _RANKS[monitor.state], monitor.id
        case CheckOrderField.STATE_SINCE:
            return monitor.state_since, monitor.id
        case CheckOrderField.CREATED:
            return monitor.id, monitor.id


async def page(
    reader: Reader,
    project_id: int,
    wanted: MonitorFilter,
    order: CheckOrder,
    *,
    after: Position | None,
    limit: int,
) -> list[MonitorRecord]:
    """Return the project's monitors that pass the filter, in this order, from behind the position `after`."""
    key, number = _key(order.field), watchables.c.id
    statement = select_monitors.where(watchables.c.project_id == project_id, *_conditions(project_id, wanted))
    if after is not None:
        value, last = after
        beyond = (key < value, number < last) if order.descending else (key > value, number > last)
        statement = statement.where(beyond[0] | ((key == value) & beyond[1]))
    ordered = (key.desc(), number.desc()) if order.descending else (key, number)
    return [MonitorRecord(*row) for row in await reader.rows(statement.order_by(*ordered).limit(limit))]


async def count(reader: Reader, project_id: int, wanted: MonitorFilter) -> int:
    """Return how many of the project's monitors pass the filter."""
    own = watchables.c.project_id == project_id
    statement = select(func.count()).select_from(watchables.join(monitors))
    row = await reader.row(statement.where(own, *_conditions(project_id, wanted)))
    return row[0] if row else 0


async def count_by_state(reader: Reader, project_id: int, wanted: MonitorFilter) -> dict[WatchState, int]:
    """Return how many of the project's monitors pass the filter, by their state."""
    own, state = watchables.c.project_id == project_id, watchables.c.state
    statement = select(state, func.count()).select_from(watchables.join(monitors)).group_by(state)
    found = await reader.rows(statement.where(own, *_conditions(project_id, wanted)))
    return {row[0]: row[1] for row in found}


def _key(field: CheckOrderField) -> ColumnElement[Any]:
    match field:
        case CheckOrderField.NAME:
            return watchables.c.name
        case CheckOrderField.STATE:
            return case(*((watchables.c.state == state, rank) for state, rank in _RANKS.items()))
        case CheckOrderField.STATE_SINCE:
            return watchables.c.state_since
        case CheckOrderField.CREATED:
            return watchables.c.id


def _conditions(project_id: int, wanted: MonitorFilter) -> Iterable[ColumnElement[bool]]:
    for tag in dict.fromkeys(wanted.tags):
        yield carries(project_id, tag)
    if wanted.states is not None:
        yield watchables.c.state.in_(wanted.states)
    if wanted.kinds is not None:
        yield monitors.c.kind.in_(wanted.kinds)
    if wanted.search is not None:
        yield watchables.c.name.icontains(wanted.search, autoescape=True)
    if wanted.slug is not None:
        yield watchables.c.slug == wanted.slug
    if wanted.location is not None:
        placed = select(monitor_locations.c.watchable_id).join(locations).where(locations.c.uuid == wanted.location)
        yield watchables.c.id.in_(placed)
    if wanted.paused is not None:
        yield watchables.c.paused == wanted.paused
