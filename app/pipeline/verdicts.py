"""Results of runs are recorded: state, alerts, outages, roll-ups and notifications, in one transaction a batch.

A result names its claim. Whatever names another due instant or lease than the stored one, or a monitor that is paused
or gone, is dropped: so every result can come twice, late or not at all (DESIGN section 3, way 2).
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, column, insert, select, update

from app.db.away import DATABASE_ERRORS, is_away
from app.db.bulk import BulkWrite
from app.db.given_rows import given_rows, packed
from app.db.loop_connection import AnyUnit
from app.db.prepared import PreparedSelect
from app.errors import Unavailable
from app.models.columns import BigId
from app.models.tables import calls, monitor_locations, monitors, runs, watchables
from app.pipeline import outages, rollups
from app.pipeline.alerting import record_changes
from app.pipeline.decisions import Book, Decision, MonitorRow, PlaceRow, RunReport, select_monitors, select_places
from app.pipeline.run_rows import call_row, run_row
from app.security.keys import Vault
from app.site import Site
from app.store import run_numbers

BATCH_RUNS = 200
"""Results that one transaction records: few enough to hold SQLite's write lock for less than 50 ms."""

NEWS_RUNS = 50
"""Of results that change states and tell people, which takes ten times longer, so many are recorded together."""

_log = logging.getLogger(__name__)

_NAMED = given_rows("ids", column("id", BigId))
_LOCK_MONITORS = PreparedSelect(
    select_monitors.where(watchables.c.id.in_(select(_NAMED.c.id)))
    .order_by(watchables.c.id)
    .with_for_update(of=(watchables, monitors), key_share=True)
)
_LOCK_PLACES = PreparedSelect(
    select_places.where(monitor_locations.c.watchable_id.in_(select(_NAMED.c.id)))
    .order_by(monitor_locations.c.watchable_id, monitor_locations.c.location_id)
    .with_for_update(key_share=True)
)
_ADD_RUNS = BulkWrite(insert(runs), [column.name for column in runs.c])
_ADD_CALLS = BulkWrite(insert(calls), [column.name for column in calls.c if column.name != "id"])
_PLACE_COLUMNS = ("failures_in_row", "passes_in_row", "unmeasured_in_row", "bad", "last_run_at", "last_outcome")
_SAVE_PLACE = BulkWrite(
    update(monitor_locations)
    .where(
        monitor_locations.c.watchable_id == bindparam("monitor"), monitor_locations.c.location_id == bindparam("place")
    )
    .values({name: bindparam(f"new_{name}") for name in (*_PLACE_COLUMNS, "due_at", "look_at")})
)
_SAVE_MONITOR = BulkWrite(
    update(monitors)
    .where(monitors.c.watchable_id == bindparam("number"))
    .values(last_run_at=bindparam("new_last_run_at"), last_outcome=bindparam("new_last_outcome"))
)
_SAVE_STATE = BulkWrite(
    update(watchables)
    .where(watchables.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "state_since", "remind_at")})
)


async def record_results(site: Site, results: Sequence[RunReport]) -> int:
    """Apply the results whose claims still hold, each to its monitor in the order in which the runs ended.

    Returns how many that were; the others are dropped. One that cannot be stored is logged and left out: the end of
    its lease brings another run. Raises what the database raises while it is away; what was applied until then is
    dropped when it is brought again.
    """
    return sum([await _recorded(site, batch) for batch in _batches(results)])


def _batches(results: Sequence[RunReport]) -> Iterator[Sequence[RunReport]]:
    """Split results so that no two of a batch are of one monitor: it changes once in a transaction."""
    seen: Counter[int] = Counter()
    rounds: defaultdict[int, list[RunReport]] = defaultdict(list)
    for report in sorted(results, key=lambda report: report[1].finished_at):
        monitor_id = report[0].monitor_id
        rounds[seen[monitor_id]].append(report)
        seen[monitor_id] += 1
    for reports in rounds.values():
        for start in range(0, len(reports), BATCH_RUNS):
            yield reports[start : start + BATCH_RUNS]


async def _recorded(site: Site, batch: Sequence[RunReport], *, again: bool = True) -> int:
    """Record a batch; what fails together is tried in halves, until the culprit is alone, and that once more.

    Two writers can meet: the one removes what the other is about to name, and the second time does not find it.
    """
    try:
        return await _record(site, batch)
    except Exception as error:
        if isinstance(error, Unavailable) or (isinstance(error, DATABASE_ERRORS) and is_away(error)):
            raise
        if len(batch) == 1 and not again:
            _log.exception("A run of monitor %d cannot be recorded", batch[0][0].monitor_id)
            return 0
    if len(batch) == 1:
        return await _recorded(site, batch, again=False)
    middle = len(batch) // 2
    return await _recorded(site, batch[:middle]) + await _recorded(site, batch[middle:])


async def _record(site: Site, batch: Sequence[RunReport]) -> int:
    """Record a batch: what is no news in a lean transaction, the news in ordinary ones of fewer runs."""
    now = site.clock()
    async with site.database.lean_transaction() as lean:
        heard = await _heard(lean, batch, now)
        stored = await _store(site, lean, [each for each in heard if each and not each.is_news], now)
    news = [report for report, each in zip(batch, heard, strict=True) if each and each.is_news]
    for start in range(0, len(news), NEWS_RUNS):
        stored += await _record_news(site, news[start : start + NEWS_RUNS], now)
    return stored


async def _record_news(site: Site, batch: Sequence[RunReport], now: datetime) -> int:
    async with site.database.transaction() as unit:
        decisions = [each for each in await _heard(unit, batch, now) if each]
        stored = await _store(site, unit, decisions, now)
        news = [each for each in decisions if each.is_news]
        await outages.record(unit, news, now)
        await record_changes(unit, [(each.monitor.id, each.change) for each in news if each.change], now)
    return stored


async def _heard(unit: AnyUnit, batch: Sequence[RunReport], now: datetime) -> list[Decision | None]:
    """Return what each result decides, None for one that is dropped.

    The monitors and their places are locked in the order of their numbers, so that writers never deadlock.
    """
    ids = packed([claim.monitor_id] for claim, _ in batch)
    found = [MonitorRow(*row) for row in await _LOCK_MONITORS.rows_within(unit, ids=ids)]
    places: dict[int, list[PlaceRow]] = {}
    for row in await _LOCK_PLACES.rows_within(unit, ids=ids):
        place = PlaceRow(*row)
        places.setdefault(place.watchable_id, []).append(place)
    book = Book({monitor.id: monitor for monitor in found}, places)
    return [book.decide(report, now) for report in batch]


async def _store(site: Site, unit: AnyUnit, decisions: Sequence[Decision], now: datetime) -> int:
    """Write the runs, and what they did to their places and monitors; return how many there are.

    Others have their turn on the loop between the statements.
    """
    if not decisions:
        return 0
    run_rows = await _add_runs(unit, decisions, now)
    await asyncio.sleep(0)
    await _add_calls(site.vault, unit, decisions, now)
    await asyncio.sleep(0)
    await _save(unit, decisions)
    await asyncio.sleep(0)
    await rollups.add_runs(unit, run_rows)
    return len(decisions)


async def _add_runs(unit: AnyUnit, decisions: Sequence[Decision], now: datetime) -> list[dict[str, Any]]:
    numbers = await run_numbers.for_rows(unit, len(decisions))
    for each, number in zip(decisions, numbers, strict=True):
        each.run_id = number
    rows = [{"id": each.run_id, **run_row(each.claim, each.result, now)} for each in decisions]
    await _ADD_RUNS.run(unit, rows)
    return rows


async def _add_calls(vault: Vault, unit: AnyUnit, decisions: Sequence[Decision], now: datetime) -> None:
    rows = [{"run_id": each.run_id, **call_row(vault, call, now)} for each in decisions for call in each.result.calls]
    await _ADD_CALLS.run(unit, rows)


async def _save(unit: AnyUnit, decisions: Sequence[Decision]) -> None:
    places = [
        {f"new_{name}": getattr(each.place, name) for name in _PLACE_COLUMNS}
        | {
            "monitor": each.place.watchable_id,
            "place": each.place.location_id,
            "new_due_at": each.place.due_at,
            "new_look_at": each.place.due_at,
        }
        for each in decisions
    ]
    measured = [
        {
            "number": each.monitor.id,
            "new_last_run_at": each.monitor.last_run_at,
            "new_last_outcome": each.monitor.last_outcome,
        }
        for each in decisions
        if each.result.outcome.is_measured
    ]
    states = [
        {
            "number": each.monitor.id,
            "new_state": each.monitor.state,
            "new_state_since": each.monitor.state_since,
            "new_remind_at": each.monitor.remind_at,
        }
        for each in decisions
        if each.change
    ]
    await _SAVE_PLACE.run(unit, places)
    await _SAVE_MONITOR.run(unit, measured)
    await _SAVE_STATE.run(unit, states)
