"""What is forgotten of the measurements of monitors, and when (app/rules/keeping.py).

Each step of it is a small transaction, so that neither pings nor results wait for long. What is to go is found by an
index and outside of the transaction, which then looks again: another process may have been there first.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Column, ColumnElement, Select, delete, or_, select, tuple_, update

from app.db.reader import AnyRow
from app.models.call import HAS_PASSED_ANSWER
from app.models.tables import calls, outages, rollups, runs
from app.rules.keeping import PASSED_ANSWERS_KEPT, ROLLUPS_KEPT, RUNS_KEPT
from app.site import Site

ROWS_AT_ONCE = 200
BYTES_AT_ONCE = 1024 * 1024
"""Of answers: SQLite goes through all that it frees."""

_MOST_OF_A_CALL = 64 * 1024
_KEY = tuple(rollups.primary_key.columns)


async def forget(site: Site) -> bool:
    """Forget some of each kind that is kept for long enough; tell whether there may be more.

    Passed calls lose what they sent and got, runs go with their calls, roll-ups go by resolution. Runs that an outage
    names stay, with all that is kept of them.
    """
    more = [await forget_answers(site), await forget_runs(site)]
    more += [await forget_rollups(site, resolution, kept) for resolution, kept in ROLLUPS_KEPT.items()]
    return any(more)


async def forget_answers(site: Site) -> bool:
    """Forget requests and responses of the oldest calls that passed long ago; tell whether there may be more."""
    named = _is_named(calls.c.run_id)
    old = calls.c.created_at < site.clock() - PASSED_ANSWERS_KEPT
    oldest = select(calls.c.id, calls.c.download_bytes).where(HAS_PASSED_ANSWER, old, ~named)
    found = await site.database.rows(oldest.order_by(calls.c.created_at).limit(ROWS_AT_ONCE))
    some = _share(found)
    if some:
        async with site.database.transaction() as unit:
            locked = await unit.rows(_locked(calls.c.id, some).where(~named))
            emptied = update(calls).where(calls.c.id.in_([row.id for row in locked]))
            await unit.execute(emptied.values(request_encrypted=None, response=None))
    return _is_more(found, some)


async def forget_runs(site: Site) -> bool:
    """Delete the oldest runs of long ago that no outage names; tell whether there may be more."""
    named = _is_named(runs.c.id)
    oldest = select(runs.c.id, runs.c.download_bytes).where(runs.c.created_at < site.clock() - RUNS_KEPT, ~named)
    found = await site.database.rows(oldest.order_by(runs.c.created_at).limit(ROWS_AT_ONCE))
    some = _share(found)
    if some:
        async with site.database.transaction() as unit:
            locked = await unit.rows(_locked(runs.c.id, some).where(~named))
            await unit.execute(delete(runs).where(runs.c.id.in_([row.id for row in locked])))
    return _is_more(found, some)


def _share(found: Sequence[AnyRow]) -> list[int]:
    """Return the numbers of the first of these rows whose answers are not too many bytes together, one at least."""
    some: list[int] = []
    left = BYTES_AT_ONCE
    for number, size in found:
        left -= min(size, _MOST_OF_A_CALL)
        if left < 0 and some:
            break
        some.append(number)
    return some


def _is_more(found: Sequence[AnyRow], some: Sequence[int]) -> bool:
    return len(found) == ROWS_AT_ONCE or len(some) < len(found)


async def forget_rollups(site: Site, resolution: int, kept: timedelta) -> bool:
    """Delete the oldest roll-ups of this resolution from before what is kept; tell whether there may be more."""
    old = select(*_KEY).where(rollups.c.resolution == resolution, rollups.c.bucket_at < site.clock() - kept)
    oldest = old.order_by(rollups.c.bucket_at).limit(ROWS_AT_ONCE).with_for_update(skip_locked=True)
    async with site.database.transaction() as unit:
        gone = await unit.execute(delete(rollups).where(tuple_(*_KEY).in_(oldest)).returning(rollups.c.bucket_at))
        return len(gone.all()) == ROWS_AT_ONCE


def _locked(column: Column[int], found: Sequence[int]) -> Select[int]:
    """Select those of the rows with these numbers that nobody else holds, and hold them."""
    return select(column).where(column.in_(found)).order_by(column).with_for_update(skip_locked=True, of=column.table)


def _is_named(run_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell whether an outage names the run, as the one that confirmed it or as the last good one."""
    named = or_(outages.c.bad_run_id == run_id, outages.c.good_run_id == run_id)
    return select(outages.c.id).where(named).exists()
