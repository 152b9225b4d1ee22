"""Runs that are due: claimed in one statement, and ordered from who serves their location (DESIGN section 3, way 2).

Whoever claims a run holds a lease. One whose worker died is claimed again when its lease has ended, and nothing else
is ever tried again.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Update, bindparam, literal_column, select, type_coerce, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from app.db.away import DATABASE_ERRORS
from app.db.engine import Database
from app.db.loop_connection import LoopUnit
from app.db.outbox import Message
from app.db.raw import RawStatement
from app.models.columns import UtcDateTime, from_microseconds
from app.models.tables import monitor_locations, monitors
from app.rules.due_times import begin_before, lease_seconds
from app.rules.placements import BUILT_IN
from app.runs.messages import pack_orders
from app.runs.plan import RunClaim, RunOrder, RunPlan
from app.site import Site
from app.store.run_plans import Place, plans

RUN = "probes.run"
"""The actor that runs a batch; its argument is a message that `app.runs.messages` packed."""

BATCH = 200
"""So many runs are claimed at once."""

_log = logging.getLogger(__name__)
_places = monitor_locations.c


def queue_of(location_id: int, machines: Mapping[int, str]) -> str:
    """Return the queue of whoever serves a location; `machines` names those that have an agent of their own."""
    return f"probes.{machines.get(location_id, BUILT_IN)}"


BUILT_IN_QUEUE = queue_of(0, {})
"""Where the built-in workers take their runs from; no location has this code."""


async def next_look(site: Site) -> datetime | None:
    """Return when to look next, whether that has passed or not: nothing is due and no lease ends earlier."""
    earliest = select(_places.look_at).where(_places.look_at.is_not(None)).order_by(_places.look_at).limit(1)
    row = await site.database.row(earliest)
    return row[0] if row else None


async def order_runs(site: Site, *, limit: int = BATCH) -> int:
    """Claim what is due and send it to those who run it; return how many runs were claimed.

    As many as `limit` means that more may be waiting. A run that cannot be ordered is logged; its lease ends.
    """
    now = site.clock()
    due = await claim(site, limit=limit)
    if due:
        found = await _plans(site, [(each.monitor_id, each.location_id) for each in due])
        intervals = await _intervals(site, [each.monitor_id for each in due])
        site.database.deliver(_messages(site, due, found, intervals, now))
    return len(due)


async def claim(site: Site, *, limit: int = BATCH) -> list[RunClaim]:
    """Take what is due, the longest waiting first, in one statement, for as long as each may take and 15 seconds.

    What another process claims at this moment is left to it.
    """
    read = from_microseconds if site.database.is_sqlite else _unchanged
    due = [
        RunClaim(monitor_id, location_id, read(due_at), lease)
        for monitor_id, location_id, due_at, lease in await _claimed(site.database, site.clock(), limit)
    ]
    return sorted(due, key=lambda each: (each.due_at, each.monitor_id, each.location_id))


async def release_leases(site: Site) -> None:
    """Let what an earlier process had claimed be due at once: for a process that is alone on its database."""
    leased = update(monitor_locations).where(_places.look_at > _places.due_at)
    async with site.database.transaction() as unit:
        await unit.execute(leased.values(look_at=_places.due_at))


async def _claimed(database: Database, now: datetime, limit: int) -> Sequence[Sequence[Any]]:
    """Run the claim by the driver itself, in a transaction of its own: a third of what it costs by SQLAlchemy.

    PostgreSQL does not wait for its disk: a claim that a crash takes back is made again, and of its two results one is
    dropped.
    """
    raw = _raw_claim(database.is_sqlite)
    given = {"now": now, "batch": limit}
    if database.is_sqlite:
        async with database.lean_transaction() as unit:
            connection = cast("LoopUnit", unit).connection
            return connection.execute(raw.text, raw.named(given)).fetchall()
    async with database.driver() as driver, driver.transaction():
        await driver.execute("SET LOCAL synchronous_commit = off")
        return cast("Sequence[Sequence[Any]]", await driver.fetch(raw.text, *raw.ordered(given)))


@cache
def _raw_claim(is_sqlite: bool) -> RawStatement:  # noqa: FBT001 - two callers, beside it
    dialect = sqlite.dialect(paramstyle="named") if is_sqlite else asyncpg.dialect()  # type: ignore[no-untyped-call]
    return RawStatement(_claim(is_sqlite), dialect)


def _claim(is_sqlite: bool) -> Update:  # noqa: FBT001 - one caller, beside it
    """Count up the leases of what is due. Only places that are probed have a time to look at."""
    now = bindparam("now", type_=UtcDateTime)
    due = (
        select(_places.watchable_id, _places.location_id)
        .where(_places.look_at <= now)
        .order_by(_places.look_at)
        .limit(bindparam("batch", type_=Integer))
        .with_for_update(skip_locked=True, key_share=True)
        .cte("due")
    )
    timeout = select(monitors.c.timeout).where(monitors.c.watchable_id == _places.watchable_id).scalar_subquery()
    second: ColumnElement[Any] = literal_column("1000000" if is_sqlite else "interval '1 second'")
    lease_ends_at = type_coerce(now + lease_seconds(cast("Any", timeout)) * second, UtcDateTime)
    return (
        update(monitor_locations)
        .where(_places.watchable_id == due.c.watchable_id, _places.location_id == due.c.location_id)
        .values(lease=_places.lease + 1, look_at=lease_ends_at)
        .returning(_places.watchable_id, _places.location_id, _places.due_at, _places.lease)
    )


async def _plans(site: Site, places: Sequence[Place]) -> dict[Place, RunPlan]:
    """Return how to run each. One of which that cannot be said, as its secrets do not open, is found and left out."""
    try:
        return await plans(site.database, site.vault, places)
    except DATABASE_ERRORS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one monitor must not keep the others from their runs
        if len(places) == 1:
            _log.error("Monitor %d cannot be run", places[0][0], exc_info=error)
            return {}
    half = len(places) // 2
    return await _plans(site, places[:half]) | await _plans(site, places[half:])


async def _intervals(site: Site, monitor_ids: Sequence[int]) -> dict[int, int]:
    """Return the seconds between the runs of each of these monitors."""
    own = select(monitors.c.watchable_id, monitors.c.interval).where(monitors.c.watchable_id.in_(monitor_ids))
    return {row[0]: row[1] for row in await site.database.rows(own)}


def _messages(
    site: Site, due: Sequence[RunClaim], found: Mapping[Place, RunPlan], intervals: Mapping[int, int], now: datetime
) -> list[Message]:
    """Return one message for each queue and batch. After an interval nobody wants it any more."""
    queues: dict[str, list[RunClaim]] = defaultdict(list)
    for each in due:
        if (each.monitor_id, each.location_id) in found and each.monitor_id in intervals:
            queues[queue_of(each.location_id, {})].append(each)
    return [
        Message(RUN, (packed,), queue=queue, max_age=min(intervals[each.monitor_id] for each in batch))
        for queue, batch in queues.items()
        for packed in pack_orders(
            site.vault,
            [RunOrder(each, found[each.monitor_id, each.location_id], begin_before(now)) for each in batch],
        )
    ]


def _unchanged(instant: datetime) -> datetime:
    return instant
