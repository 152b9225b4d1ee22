"""What was received and what changed: pings and flips in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_

from app.db.reader import Reader
from app.models.tables import flips, pings
from app.rules.states import FlipReason, PingKind, WatchState

PingName = tuple[int, int]
"""A check's row number and a ping's number: what names a ping."""


@dataclass(slots=True)
class PingRecord:
    """All that is stored of one ping but its body; `has_body` tells whether there is one."""

    watchable_id: int
    number: int
    kind: PingKind
    at: datetime
    run_key: str | None
    exit_status: int | None
    scheme: str
    method: str
    remote_address: str | None
    user_agent: str
    has_body: bool

    @property
    def name(self) -> PingName:
        """What names the ping."""
        return self.watchable_id, self.number


@dataclass(frozen=True, slots=True)
class FlipRecord:
    """All that is stored of one flip."""

    id: int
    uuid: str
    watchable_id: int
    at: datetime
    from_state: WatchState
    to_state: WatchState
    reason: FlipReason


_PING_NAMES = tuple(field.name for field in fields(PingRecord) if field.name != "has_body")
_SELECT_PINGS = select(*(pings.c[name] for name in _PING_NAMES), pings.c.body.is_not(None))
_SELECT_FLIPS = select(*(flips.c[field.name] for field in fields(FlipRecord)))


async def newest_pings(reader: Reader, watchable_id: int, limit: int) -> list[PingRecord]:
    """Return the newest pings of a check, newest first."""
    statement = _SELECT_PINGS.where(pings.c.watchable_id == watchable_id).order_by(pings.c.number.desc()).limit(limit)
    return [PingRecord(*row) for row in await reader.rows(statement)]


async def ping_page(
    reader: Reader, watchable_id: int, *, below: int | None, kind: PingKind | None, limit: int
) -> list[PingRecord]:
    """Return pings with numbers below `below`, newest first, of one kind or of all."""
    statement = _SELECT_PINGS.where(pings.c.watchable_id == watchable_id)
    if below is not None:
        statement = statement.where(pings.c.number < below)
    if kind is not None:
        statement = statement.where(pings.c.kind == kind)
    return [PingRecord(*row) for row in await reader.rows(statement.order_by(pings.c.number.desc()).limit(limit))]


async def ping(reader: Reader, watchable_id: int, number: int) -> PingRecord | None:
    """Return one ping of a check, if it is still kept."""
    row = await reader.row(_SELECT_PINGS.where(pings.c.watchable_id == watchable_id, pings.c.number == number))
    return PingRecord(*row) if row else None


def named(names: Sequence[PingName]) -> ColumnElement[bool]:
    """Return the condition that a ping has one of these names."""
    return tuple_(pings.c.watchable_id, pings.c.number).in_(names)


async def ping_bodies(reader: Reader, names: Sequence[PingName]) -> dict[PingName, bytes]:
    """Return the bodies of these pings, by name."""
    statement = select(pings.c.watchable_id, pings.c.number, pings.c.body)
    rows = await reader.rows(statement.where(named(names), pings.c.body.is_not(None)))
    return {(watchable_id, number): body for watchable_id, number, body in rows}


async def last_pings(reader: Reader, watchable_ids: Sequence[int]) -> dict[int, PingRecord]:
    """Return the newest success or failure of each of these checks, by the check's number."""
    ends = pings.c.kind.in_((PingKind.SUCCESS, PingKind.FAIL))
    newest = (
        select(pings.c.watchable_id, func.max(pings.c.number).label("number"))
        .where(pings.c.watchable_id.in_(watchable_ids), ends)
        .group_by(pings.c.watchable_id)
        .subquery()
    )
    same = (pings.c.watchable_id == newest.c.watchable_id) & (pings.c.number == newest.c.number)
    return {row.watchable_id: PingRecord(*row) for row in await reader.rows(_SELECT_PINGS.join(newest, same))}


async def flips_of(
    reader: Reader,
    watchable_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    below: tuple[datetime, int] | None = None,
    limit: int | None = None,
) -> list[FlipRecord]:
    """Return flips of a watchable, newest first: from `since` on, before `until`, below a (time, number) pair."""
    statement = _SELECT_FLIPS.where(flips.c.watchable_id == watchable_id, *_within(since, until, below))
    ordered = statement.order_by(flips.c.at.desc(), flips.c.id.desc()).limit(limit)
    return [FlipRecord(*row) for row in await reader.rows(ordered)]


def _within(
    since: datetime | None, until: datetime | None, below: tuple[datetime, int] | None
) -> list[ColumnElement[bool]]:
    conditions = []
    if since is not None:
        conditions.append(flips.c.at >= since)
    if until is not None:
        conditions.append(flips.c.at < until)
    if below is not None:
        at, number = below
        conditions.append((flips.c.at < at) | ((flips.c.at == at) & (flips.c.id < number)))
    return conditions
