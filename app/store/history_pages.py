"""Pages of pings and flips, of many checks in one statement (DESIGN section 3, way 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select

from app.db.reader import Reader
from app.models.tables import checks, flips, pings, watchables
from app.rules.durations import LONGEST_RUN
from app.rules.states import PingKind
from app.store.history import FlipRecord, PingName, PingRecord, named


@dataclass(frozen=True, slots=True)
class FlipWindow:
    """The newest flips of each watchable: from `since` on, before `until`, below a (time, row number) pair."""

    limit: int
    since: datetime | None = None
    until: datetime | None = None
    below: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class PingWindow:
    """The newest kept pings of each check: numbers below `below`, of one kind or of all.

    `kept` is how many of the newest pings of a check its project keeps.
    """

    limit: int
    kept: int
    below: int | None = None
    kind: PingKind | None = None


_PING_NAMES = tuple(field.name for field in fields(PingRecord) if field.name != "has_body")
_FLIP_NAMES = tuple(field.name for field in fields(FlipRecord))
_PING_COLUMNS = (*(pings.c[name] for name in _PING_NAMES), pings.c.body.is_not(None).label("has_body"))
_FLIP_COLUMNS = tuple(flips.c[name] for name in _FLIP_NAMES)
_MARKS = (PingKind.START, PingKind.SUCCESS, PingKind.FAIL)
"""The kinds that begin or end a run."""


async def flip_pages(reader: Reader, watchable_ids: Sequence[int], window: FlipWindow) -> dict[int, list[FlipRecord]]:
    """Return the flips that the window shows of each of these watchables, newest first, by its number."""
    place = func.row_number().over(partition_by=flips.c.watchable_id, order_by=(flips.c.at.desc(), flips.c.id.desc()))
    numbered = select(*_FLIP_COLUMNS, place.label("place")).where(
        flips.c.watchable_id.in_(watchable_ids), *_shown_flips(window)
    )
    found: dict[int, list[FlipRecord]] = {}
    for row in await reader.rows(_first(numbered, window.limit)):
        found.setdefault(row.watchable_id, []).append(FlipRecord(*row[:-1]))
    return found


async def ping_pages(reader: Reader, check_ids: Sequence[int], window: PingWindow) -> dict[int, list[PingRecord]]:
    """Return the pings that the window shows of each of these checks, newest first, by its number."""
    place = func.row_number().over(partition_by=pings.c.watchable_id, order_by=pings.c.number.desc())
    numbered = (
        select(*_PING_COLUMNS, place.label("place"))
        .join(checks, checks.c.watchable_id == pings.c.watchable_id)
        .where(pings.c.watchable_id.in_(check_ids), *_shown_pings(window))
    )
    found: dict[int, list[PingRecord]] = {}
    for row in await reader.rows(_first(numbered, window.limit)):
        found.setdefault(row.watchable_id, []).append(PingRecord(*row[:-1]))
    return found


def _first(numbered: Select[*tuple[object, ...]], limit: int) -> Select[*tuple[object, ...]]:
    """Select the first rows of each part, in order."""
    part = numbered.subquery()
    return select(part).where(part.c.place <= limit).order_by(part.c.watchable_id, part.c.place)


def _shown_flips(window: FlipWindow) -> Iterable[ColumnElement[bool]]:
    if window.since is not None:
        yield flips.c.at >= window.since
    if window.until is not None:
        yield flips.c.at < window.until
    if window.below is not None:
        at, number = window.below
        yield (flips.c.at < at) | ((flips.c.at == at) & (flips.c.id < number))


def _shown_pings(window: PingWindow) -> Iterable[ColumnElement[bool]]:
    yield pings.c.number > checks.c.ping_count - window.kept
    if window.below is not None:
        yield pings.c.number < window.below
    if window.kind is not None:
        yield pings.c.kind == window.kind


async def ping_durations(reader: Reader, names: Sequence[PingName]) -> dict[PingName, timedelta]:
    """Return how long the run took that each of these pings ended, by the ping's name.

    The same answer as `app.rules.durations.run_durations` over the whole log: a success or failure ends a run when the
    newest mark before it with its run key is a start, less than 72 hours earlier.
    """
    earlier = pings.alias()
    newest_mark = (
        select(func.max(earlier.c.number))
        .where(
            earlier.c.watchable_id == pings.c.watchable_id,
            earlier.c.number < pings.c.number,
            earlier.c.kind.in_(_MARKS),
            earlier.c.run_key.is_not_distinct_from(pings.c.run_key),
        )
        .correlate(pings)
        .scalar_subquery()
    )
    start = pings.alias()
    both = pings.join(start, start.c.watchable_id == pings.c.watchable_id)
    ended = named(names), pings.c.kind.in_((PingKind.SUCCESS, PingKind.FAIL))
    began = start.c.number == newest_mark, start.c.kind == PingKind.START
    statement = select(pings.c.watchable_id, pings.c.number, pings.c.at, start.c.at).select_from(both)
    rows = await reader.rows(statement.where(*ended, *began))
    return {(check, number): end - begin for check, number, end, begin in rows if end - begin < LONGEST_RUN}


async def pings_by_names(reader: Reader, kept: int, names: Sequence[PingName]) -> dict[PingName, PingRecord]:
    """Return the kept pings that have these names."""
    statement = select(*_PING_COLUMNS).join(checks, checks.c.watchable_id == pings.c.watchable_id)
    rows = await reader.rows(statement.where(named(names), pings.c.number > checks.c.ping_count - kept))
    return {ping.name: ping for ping in (PingRecord(*row) for row in rows)}


async def flips_by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, FlipRecord]:
    """Return the project's flips with these uuids, by uuid."""
    statement = select(*_FLIP_COLUMNS).join(watchables, watchables.c.id == flips.c.watchable_id)
    rows = await reader.rows(statement.where(watchables.c.project_id == project_id, flips.c.uuid.in_(uuids)))
    return {row.uuid: FlipRecord(*row) for row in rows}
