"""Reports on monitors, as the shim is given them."""

from datetime import timedelta

import pytest

from app.errors import InvalidInput, NotFound, Unauthenticated
from app.rules.outcomes import Outcome
from app.rules.report_periods import Resolution, report_period
from app.store.monitors import MonitorRef
from graphql_api.context import Context
from graphql_api.resolvers.reports import performance_report, uptime_report
from tests.conftest import MovedClock
from tests.recorded import place_ids, record, run_at
from tests.world import World, make_world

HOUR = timedelta(hours=1)


@pytest.fixture
async def world(ctx: Context) -> World:
    """The caller's own project."""
    world = await make_world(ctx.site)
    world.project_id = ctx.project().id
    return world


async def test_the_last_day_is_24_hours_with_what_was_measured_in_them(
    world: World, ctx: Context, clock: MovedClock
) -> None:
    monitor, (place, *_) = await world.monitor(), await place_ids(ctx.database)
    passed, failed = (
        run_at(clock.now - HOUR / 2, monitor.id, place, outcome, connect=float(number))
        for number, outcome in enumerate((Outcome.PASS, Outcome.FAIL), start=10)
    )
    await record(ctx.database, [passed, failed])
    ref, period = MonitorRef(id=monitor.id), report_period(preset="lastDay")

    report = await performance_report(ctx, ref=ref, period=period)

    assert report.resolution is Resolution.HOUR
    assert (report.start, report.end) == (clock.now - 24 * HOUR, clock.now)
    assert [bucket.figures for bucket in report.buckets[:-1]] == [None] * 23
    newest = report.buckets[-1]
    assert (newest.start, newest.end) == (clock.now - HOUR, clock.now)
    assert newest.figures is not None
    assert (newest.figures.runs, newest.figures.mean_total, newest.figures.uptime) == (2, 10.5, 0.5)
    assert await uptime_report(ctx, ref=ref, period=period) == report


async def test_who_may_not_see_the_monitor_gets_no_report(world: World, ctx: Context) -> None:
    monitor = await world.monitor()
    period = report_period(preset="lastDay")
    foreign = await make_world(ctx.site)
    other = await foreign.monitor()

    with pytest.raises(NotFound):
        await uptime_report(ctx, ref=MonitorRef(id=other.id), period=period)
    with pytest.raises(NotFound):
        await uptime_report(ctx, ref=MonitorRef(id=12345), period=period)
    ctx.caller = None
    with pytest.raises(Unauthenticated):
        await performance_report(ctx, ref=MonitorRef(id=monitor.id), period=period)


def test_a_period_without_ends_is_refused() -> None:
    with pytest.raises(InvalidInput):
        report_period()
