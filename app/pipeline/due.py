"""Runs that are due: claimed in one statement, and ordered from who serves their location (DESIGN section 3, way 2).

Whoever claims a run holds a lease. One whose worker died is claimed again when its lease has ended, and nothing else
is ever tried again.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, literal, literal_column, select, type_coerce, update

from app.db.away import DATABASE_ERRORS
from app.db.outbox import Message
from app.models.columns import UtcDateTime, to_microseconds
from app.models.tables import monitor_locations, monitors
from app.rules.due_times import LEASE_MARGIN_SECONDS, begin_before
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
_OF_PLACE: ColumnElement[int] = literal_column("monitor_locations.watchable_id")
"""Written out, as in SQLite's RETURNING a column would lose the name of its table, and be that of the inner one."""


@dataclass(frozen=True, slots=True)
class Due:
    """A run that was claimed, and the interval of its monitor in seconds."""

    claim: RunClaim
    interval: int


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
        found = await _plans(site, [(each.claim.monitor_id, each.claim.location_id) for each in due])
        site.database.deliver(_messages(site, due, found, now))
    return len(due)


async def claim(site: Site, *, limit: int = BATCH) -> list[Due]:
    """Take what is due, the longest waiting first, in one statement, for as long as each may take and 15 seconds.

    What another process claims at this moment is left to it.
    """
    async with site.database.transaction() as unit:
        rows = await unit.rows(_claim(site.database.is_sqlite, site.clock(), limit))
    due = [Due(RunClaim(row.watchable_id, row.location_id, row.due_at, row.lease), row.interval) for row in rows]
    return sorted(due, key=lambda each: (each.claim.due_at, each.claim.monitor_id, each.claim.location_id))


async def release_leases(site: Site) -> None:
    """Let what an earlier process had claimed be due at once: for a process that is alone on its database."""
    leased = update(monitor_locations).where(_places.look_at > _places.due_at)
    async with site.database.transaction() as unit:
        await unit.execute(leased.values(look_at=_places.due_at))


def _claim(is_sqlite: bool, now: datetime, limit: int) -> Update:  # noqa: FBT001 - one caller, beside it
    """Count up the leases of what is due. Only places that are probed have a time to look at."""
    due = (
        select(_places.watchable_id, _places.location_id)
        .where(_places.look_at <= now)
        .order_by(_places.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .cte("due")
    )
    timeout, interval = (
        select(column).where(monitors.c.watchable_id == _OF_PLACE).scalar_subquery()
        for column in (monitors.c.timeout, monitors.c.interval)
    )
    lease_ends_at = _later(is_sqlite, now, timeout + LEASE_MARGIN_SECONDS)
    same = (_places.watchable_id == due.c.watchable_id) & (_places.location_id == due.c.location_id)
    return (
        update(monitor_locations)
        .where(same)
        .values(lease=_places.lease + 1, look_at=lease_ends_at)
        .returning(_places.watchable_id, _places.location_id, _places.due_at, _places.lease, interval.label("interval"))
    )


def _later(is_sqlite: bool, now: datetime, seconds: Any) -> ColumnElement[datetime]:  # noqa: FBT001 - as above
    """Return the instant so many seconds after now, computed by the database."""
    if is_sqlite:
        return type_coerce(literal(to_microseconds(now)) + seconds * 1_000_000, UtcDateTime)
    return type_coerce(literal(now, UtcDateTime) + seconds * literal_column("interval '1 second'"), UtcDateTime)


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


def _messages(site: Site, due: Sequence[Due], found: Mapping[Place, RunPlan], now: datetime) -> list[Message]:
    """Return one message for each queue and batch."""
    queues: dict[str, list[Due]] = defaultdict(list)
    for each in due:
        if (each.claim.monitor_id, each.claim.location_id) in found:
            queues[queue_of(each.claim.location_id, {})].append(each)
    return [
        Message(RUN, (packed,), queue=queue, max_age=min(each.interval for each in batch))
        for queue, batch in queues.items()
        for packed in pack_orders(site.vault, [_order(each, found, now) for each in batch])
    ]


def _order(due: Due, found: Mapping[Place, RunPlan], now: datetime) -> RunOrder:
    plan = found[due.claim.monitor_id, due.claim.location_id]
    return RunOrder(due.claim, plan, begin_before(now))
