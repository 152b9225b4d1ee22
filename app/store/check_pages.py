"""Pages of a project's checks: filtered, ordered, by keyset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.db.reader import Reader
from app.models.tables import checks, watchables
from app.rules.check_state import shown_since, shown_state
from app.rules.states import WatchState
from app.store.checks import CheckRecord, carries, select_checks
from app.store.shown import since_at, state_at


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFilter:
    """Which checks are wanted: each field that is given must hold. `search` is a part of the name, in any case."""

    tags: Sequence[str] = ()
    states: Sequence[WatchState] | None = None
    search: str | None = None
    slug: str | None = None
    paused: bool | None = None


class CheckOrderField(StrEnum):
    """By what checks are ordered; equal ones follow in the order of their creation."""

    NAME = "NAME"
    STATE = "STATE"
    STATE_SINCE = "STATE_SINCE"
    CREATED = "CREATED"


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """The order of a list of checks."""

    field: CheckOrderField = CheckOrderField.CREATED
    descending: bool = False


Position = tuple[Any, int]
"""Where a check stands in an order: the value that it is ordered by, and its row number."""

_RANKS = {state: rank for rank, state in enumerate(WatchState)}


def position(check: CheckRecord, order: CheckOrder, now: datetime) -> Position:
    """Return where the check stands; the value is a text, a number or an instant, by the order's field."""
    match order.field:
        case CheckOrderField.NAME:
            return check.name, check.id
        case CheckOrderField.STATE:
            return _RANKS[shown_state(check, now)], check.id
        case CheckOrderField.STATE_SINCE:
            return shown_since(check, now), check.id
        case CheckOrderField.CREATED:
            return check.id, check.id


async def page(
    reader: Reader,
    project_id: int,
    wanted: CheckFilter,
    order: CheckOrder,
    now: datetime,
    *,
    after: Position | None,
    limit: int,
) -> list[CheckRecord]:
    """Return the project's checks that pass the filter, in this order, from behind the position `after`."""
    key, number = _key(order.field, now), watchables.c.id
    statement = select_checks.where(watchables.c.project_id == project_id, *_conditions(project_id, wanted, now))
    if after is not None:
        value, last = after
        beyond = (key < value, number < last) if order.descending else (key > value, number > last)
        statement = statement.where(beyond[0] | ((key == value) & beyond[1]))
    ordered = (key.desc(), number.desc()) if order.descending else (key, number)
    return [CheckRecord(*row) for row in await reader.rows(statement.order_by(*ordered).limit(limit))]


async def count(reader: Reader, project_id: int, wanted: CheckFilter, now: datetime) -> int:
    """Return how many of the project's checks pass the filter."""
    own = watchables.c.project_id == project_id
    statement = select(func.count()).select_from(watchables.join(checks))
    row = await reader.row(statement.where(own, *_conditions(project_id, wanted, now)))
    return row[0] if row else 0


async def count_by_state(reader: Reader, project_id: int, wanted: CheckFilter, now: datetime) -> dict[WatchState, int]:
    """Return how many of the project's checks pass the filter, by the state in which they are shown."""
    own, state = watchables.c.project_id == project_id, state_at(now)
    statement = select(state, func.count()).select_from(watchables.join(checks)).group_by(state)
    found = await reader.rows(statement.where(own, *_conditions(project_id, wanted, now)))
    return {row[0]: row[1] for row in found}


def _key(field: CheckOrderField, now: datetime) -> ColumnElement[Any]:
    match field:
        case CheckOrderField.NAME:
            return watchables.c.name
        case CheckOrderField.STATE:
            return case(*((state_at(now) == state, rank) for state, rank in _RANKS.items()))
        case CheckOrderField.STATE_SINCE:
            return since_at(now)
        case CheckOrderField.CREATED:
            return watchables.c.id


def _conditions(project_id: int, wanted: CheckFilter, now: datetime) -> Iterable[ColumnElement[bool]]:
    for tag in dict.fromkeys(wanted.tags):
        yield carries(project_id, tag)
    if wanted.states is not None:
        yield state_at(now).in_(wanted.states)
    if wanted.search is not None:
        yield watchables.c.name.icontains(wanted.search, autoescape=True)
    if wanted.slug is not None:
        yield watchables.c.slug == wanted.slug
    if wanted.paused is not None:
        yield watchables.c.paused == wanted.paused
