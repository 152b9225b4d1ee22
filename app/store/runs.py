"""Runs in the database: one execution of a monitor from one location. Its calls are read apart, by `calls.of_runs`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from app.db.reader import Reader
from app.models.tables import runs, watchables
from app.probes.result import Phase, PhaseTimes
from app.rules.outcomes import Outcome
from app.security.keys import Vault
from app.store import calls
from app.store.calls import CallRecord

MEASURED = tuple(outcome for outcome in Outcome if outcome.is_measured)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All that is stored of one run; every field is a column of that name in `runs`."""

    id: int
    watchable_id: int
    location_id: int | None
    due_at: datetime
    started_at: datetime
    outcome: Outcome
    resolve_ms: float | None
    connect_ms: float | None
    tls_ms: float | None
    processing_ms: float | None
    transfer_ms: float | None
    closing_ms: float | None
    total_ms: float
    download_bytes: int
    failure_phase: Phase | None
    failure_code: str
    failure_message: str
    created_at: datetime

    @property
    def phases(self) -> PhaseTimes:
        """The times of its parts."""
        return PhaseTimes(*(getattr(self, name) for name in calls.PHASES))


@dataclass(frozen=True, slots=True)
class RunWindow:
    """The newest runs of each monitor: numbers below `below`, begun from `since` on and before `until`.

    Of one place, of one outcome, or of all; `measured_only` leaves out what says nothing about the target.
    """

    limit: int
    below: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    location_id: int | None = None
    outcome: Outcome | None = None
    measured_only: bool = False


_COLUMNS = tuple(runs.c[field.name] for field in fields(RunRecord))
_SELECT_RUNS = select(*_COLUMNS)


async def of_monitor(
    reader: Reader,
    monitor_id: int,
    *,
    at_most_id: int | None = None,
    limit: int,
    offset: int = 0,
    measured_only: bool = False,
) -> list[RunRecord]:
    """Return runs of a monitor whose numbers are at most this one, newest first."""
    wanted = _SELECT_RUNS.where(*_of(monitor_id, at_most_id, measured_only=measured_only))
    rows = await reader.rows(wanted.order_by(runs.c.id.desc()).limit(limit).offset(offset))
    return [RunRecord(*row) for row in rows]


async def count(reader: Reader, monitor_id: int, *, at_most_id: int | None = None, measured_only: bool = False) -> int:
    """Return how many runs of a monitor have numbers of at most this one."""
    row = await reader.row(
        select(func.count()).select_from(runs).where(*_of(monitor_id, at_most_id, measured_only=measured_only))
    )
    return row[0] if row else 0


async def newest_id(reader: Reader, monitor_id: int, *, measured_only: bool = False) -> int | None:
    """Return the number of a monitor's newest run, None when it has none."""
    row = await reader.row(
        select(runs.c.id).where(*_of(monitor_id, None, measured_only=measured_only)).order_by(runs.c.id.desc()).limit(1)
    )
    return row[0] if row else None


def _of(monitor_id: int, at_most_id: int | None, *, measured_only: bool) -> list[ColumnElement[bool]]:
    conditions = [runs.c.watchable_id == monitor_id]
    if at_most_id is not None:
        conditions.append(runs.c.id <= at_most_id)
    if measured_only:
        conditions.append(runs.c.outcome.in_(MEASURED))
    return conditions


async def by_id(reader: Reader, project_id: int, run_id: int) -> RunRecord | None:
    """Return the project's run with this number."""
    row = await reader.row(_of_project(project_id).where(runs.c.id == run_id))
    return RunRecord(*row) if row else None


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, RunRecord]:
    """Return the runs with these numbers, by number."""
    return {row.id: RunRecord(*row) for row in await reader.rows(_SELECT_RUNS.where(runs.c.id.in_(ids)))}


async def by_names(reader: Reader, project_id: int, names: Sequence[str]) -> dict[str, RunRecord]:
    """Return the project's runs of which these are the numbers, by name."""
    rows = await reader.rows(_of_project(project_id).where(runs.c.id.in_(list(map(int, names)))))
    return {str(row.id): RunRecord(*row) for row in rows}


def _of_project(project_id: int) -> Select[*tuple[object, ...]]:
    joined = _SELECT_RUNS.join(watchables, watchables.c.id == runs.c.watchable_id)
    return joined.where(watchables.c.project_id == project_id)


async def newest(reader: Reader, monitor_ids: Sequence[int]) -> dict[int, RunRecord]:
    """Return the newest run of each of these monitors, by the monitor's number."""
    own = select(func.max(runs.c.id)).where(runs.c.watchable_id == watchables.c.id)
    last = select(own.correlate(watchables).scalar_subquery()).where(watchables.c.id.in_(monitor_ids))
    return {row.watchable_id: RunRecord(*row) for row in await reader.rows(_SELECT_RUNS.where(runs.c.id.in_(last)))}


async def pages(reader: Reader, monitor_ids: Sequence[int], window: RunWindow) -> dict[int, list[RunRecord]]:
    """Return the runs that the window shows of each of these monitors, newest first, by its number.

    Of each monitor the index is read from its newest run to the last one that is shown, and no further.
    """
    own = runs.alias()
    shown = select(own.c.id).where(own.c.watchable_id == watchables.c.id, *_shown(window, own))
    last_shown = shown.order_by(own.c.id.desc()).limit(1).offset(window.limit - 1).correlate(watchables)
    least = func.coalesce(last_shown.scalar_subquery(), 0).label("least")
    # Materialized, so that it is found once for each monitor, and not again for each of its runs.
    bounds = select(watchables.c.id, least).where(watchables.c.id.in_(monitor_ids)).cte().prefix_with("MATERIALIZED")
    within = (runs.c.watchable_id == bounds.c.id) & (runs.c.id >= bounds.c.least)
    first = select(*_COLUMNS).select_from(bounds.join(runs, within)).where(*_shown(window, runs))
    found: dict[int, list[RunRecord]] = {}
    for row in await reader.rows(first.order_by(runs.c.watchable_id, runs.c.id.desc())):
        found.setdefault(row.watchable_id, []).append(RunRecord(*row))
    return found


def _shown(window: RunWindow, runs: FromClause) -> list[ColumnElement[bool]]:
    conditions = []
    if window.below is not None:
        conditions.append(runs.c.id < window.below)
    if window.since is not None:
        conditions.append(runs.c.started_at >= window.since)
    if window.until is not None:
        conditions.append(runs.c.started_at < window.until)
    if window.location_id is not None:
        conditions.append(runs.c.location_id == window.location_id)
    if window.outcome is not None:
        conditions.append(runs.c.outcome == window.outcome)
    if window.measured_only:
        conditions.append(runs.c.outcome.in_(MEASURED))
    return conditions


async def calls_of(reader: Reader, vault: Vault, run_ids: Sequence[int]) -> dict[int, tuple[CallRecord, ...]]:
    """Return the calls of these runs in the order of their steps, by the run's number, in one statement."""
    return await calls.of_runs(reader, vault, run_ids)
