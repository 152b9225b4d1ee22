"""A year's report by day of a monitor with 500,000 runs, over that of one with 10,000: both have as many days."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select

from app.db.engine import Database
from app.db.migrate import migrate
from app.ids import new_uuid
from app.models import Project
from app.models.columns import EPOCH
from app.models.tables import locations, rollups, runs
from app.rules.keeping import ROLLUPS_KEPT, RUNS_KEPT
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.report_periods import Resolution, bucket_edges
from app.store import monitors
from app.store.reports import figures
from bench.ratio import Ratio, alternate
from bench.servers import postgresql

MANY, FEW = 500_000, 10_000
DEAREST = 2.0
DEAREST_RAGGED = 3.0
_NOW = datetime(2026, 3, 1, 12, 34, 56, 789_000, tzinfo=UTC)
_MIDNIGHT = _NOW.replace(hour=0, minute=0, second=0, microsecond=0)
_YEAR = timedelta(days=365)
_REPORTS = 10
_ROWS_AT_ONCE = 10_000
_PARTS = ("resolve", "connect", "tls", "processing", "transfer", "closing", "total")


def run() -> Iterator[Ratio]:
    """Measure both databases, for days from midnight to midnight, and for days that end at any moment."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield from _measure("SQLite", f"sqlite:///{folder / 'reports.sqlite3'}")
        with postgresql(folder) as url:
            yield from _measure("PostgreSQL", url)


def _measure(kind: str, url: str) -> Iterator[Ratio]:
    database = Database(url)
    with asyncio.Runner() as runner:
        runner.run(migrate(database))
        many, few = (runner.run(_filled(database, number)) for number in (MANY, FEW))
        for days, end, bound in (("whole days", _MIDNIGHT, DEAREST), ("ragged days", _NOW, DEAREST_RAGGED)):
            report = partial(_Report, runner, database, end)
            ratio, ours, reference = alternate(report(many), report(few))
            what = f"report of a year of {days} on {kind}: {MANY} runs over {FEW}"
            yield Ratio(what, ratio, f"{ours * 1000:.1f} ms over {reference * 1000:.1f} ms", at_most=bound)
        runner.run(database.close())


@dataclass(frozen=True, slots=True)
class _Report:
    """A report of the year before `end`, to be asked for."""

    runner: asyncio.Runner
    database: Database
    end: datetime
    monitor_id: int

    def __call__(self) -> float:
        """Return how many seconds it takes."""
        return self.runner.run(self._seconds())

    async def _seconds(self) -> float:
        edges = bucket_edges(self.end - _YEAR, self.end, Resolution.DAY.step)
        started = perf_counter()
        for _ in range(_REPORTS):
            found = await figures(self.database, self.monitor_id, edges, now=_NOW)
            if None in found:
                raise RuntimeError("A day of the report is empty.")
        return (perf_counter() - started) / _REPORTS


async def _filled(database: Database, number: int) -> int:
    """Store a monitor with what is kept of so many runs, evenly over a year and a day; return its number."""
    async with database.transaction() as unit:
        project = Project(name="Bench", created_at=_NOW)
        await unit.add(project)
        monitor = monitors.new_monitor(project.id or 0, ProbeKind.HTTP, "bench", 60, _NOW)
        await monitors.add(unit, monitor)
        [place, *_] = await unit.rows(select(locations.c.id).order_by(locations.c.id))
    step = (_YEAR + timedelta(days=1)) / number
    instants = [_NOW - step * back for back in range(1, number + 1)]
    recent = [at for at in instants if at >= _NOW - RUNS_KEPT]
    await _store(database, runs, recent, partial(_run_row, monitor.id, place.id))
    for resolution, kept in ROLLUPS_KEPT.items():
        unit_length = timedelta(seconds=resolution)
        counted = Counter(at - (at - EPOCH) % unit_length for at in instants if at >= _NOW - kept)
        await _store(database, rollups, list(counted.items()), partial(_rollup_row, monitor.id, place.id, resolution))
    return monitor.id


async def _store(database: Database, table: Any, given: Sequence[Any], row: Callable[[Any], dict[str, Any]]) -> None:
    for first in range(0, len(given), _ROWS_AT_ONCE):
        async with database.transaction() as unit:
            await unit.session.execute(insert(table), [row(each) for each in given[first : first + _ROWS_AT_ONCE]])


def _run_row(monitor_id: int, location_id: int, at: datetime) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "watchable_id": monitor_id,
        "location_id": location_id,
        "due_at": at,
        "started_at": at,
        "outcome": Outcome.PASS,
        **{f"{part}_ms": 10.0 for part in _PARTS},
        "download_bytes": 1000,
        "failure_code": "",
        "failure_message": "",
        "created_at": at,
    }


def _rollup_row(monitor_id: int, location_id: int, resolution: int, counted: tuple[datetime, int]) -> dict[str, Any]:
    at, number = counted
    return {
        "watchable_id": monitor_id,
        "resolution": resolution,
        "bucket_at": at,
        "location_id": location_id,
        "runs": number,
        "slow": 0,
        "failures": 0,
        **{f"{part}_sum": 10.0 * number for part in _PARTS},
        "total_min": 10.0,
        "total_max": 10.0,
    }
