"""What can be read of the runs of monitors."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import NotFound
from app.store import monitors, runs
from app.store.calls import CallRecord
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.runs import RunRecord, RunWindow
from graphql_api.context import Context


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs of a monitor, newest first, out of the `total` ones with numbers of at most `at_most_id`.

    That is None where the monitor has no run. The calls are in the order of their steps, by the run's number.
    """

    monitor: MonitorRecord
    runs: list[RunRecord]
    calls: dict[int, tuple[CallRecord, ...]]
    total: int
    at_most_id: int | None


async def run_page(
    ctx: Context,
    *,
    ref: MonitorRef,
    limit: int,
    offset: int = 0,
    at_most_id: int | None = None,
    measured_only: bool = True,
) -> RunPage:
    """Return a page of the runs of a monitor: the set is pinned by the highest number that may be in it.

    Without that it is the set of those there are now. Runs that were not measured are left out unless asked for.
    """
    monitor = await monitors.find(ctx.database, ctx.project().id, ref)
    if at_most_id is None:
        at_most_id = await runs.newest_id(ctx.database, monitor.id, measured_only=measured_only)
    if at_most_id is None:
        return RunPage(monitor, [], {}, 0, None)
    total = await runs.count(ctx.database, monitor.id, at_most_id=at_most_id, measured_only=measured_only)
    found = await runs.of_monitor(
        ctx.database, monitor.id, at_most_id=at_most_id, limit=limit, offset=offset, measured_only=measured_only
    )
    calls = await runs.calls_of(ctx.database, ctx.site.vault, [run.id for run in found]) if found else {}
    return RunPage(monitor, found, calls, total, at_most_id)


async def run_get(ctx: Context, *, run_id: int) -> RunRecord:
    """Return one run of the project's monitors; `run_calls` reads what it did."""
    found = await runs.by_id(ctx.database, ctx.project().id, run_id)
    if found is None:
        raise NotFound("There is no such run.")
    return found


async def run_calls(ctx: Context, *, run_id: int) -> Sequence[CallRecord]:
    """Return the calls of a run that this request has read, in the order of their steps."""
    ctx.project()
    return await ctx.loaders.calls.load(run_id)


async def runs_of_monitor(ctx: Context, *, monitor_id: int, window: RunWindow) -> list[RunRecord]:
    """Return the runs that the window shows of a monitor that this request has read, newest first."""
    ctx.project()
    return await ctx.loaders.run_page(window).load(monitor_id)


async def last_run(ctx: Context, *, monitor_id: int) -> RunRecord | None:
    """Return the newest run of a monitor that this request has read, measured or not."""
    ctx.project()
    return await ctx.loaders.last_run.load(monitor_id)
