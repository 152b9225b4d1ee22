"""Where and when monitors are probed, and what pausing them leaves, on both databases."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.errors import Conflict
from app.models import Alert, Outage
from app.models.tables import (
    alerts,
    flips,
    monitor_locations,
    notifications,
    outages,
    watchables,
)
from app.rules import due_times
from app.rules.states import WatchState
from app.store import locations
from app.store.monitor_changes import MonitorChanges
from app.store.monitors import MonitorRecord
from graphql_api.context import Context
from graphql_api.resolvers import monitors
from tests.conftest import MovedClock
from tests.graphql_api.resolvers.made_monitors import changed, location_uuids, made, places, ref

_GROUPS = (("few", 2), ("many", 3))


async def test_a_new_monitor_is_due_at_once_at_the_oldest_location(ctx: Context) -> None:
    (place,) = await places(ctx, await made(ctx))

    assert (place.due_at, place.look_at, place.lease) == (ctx.now(), ctx.now(), 0)
    assert place.location_id == (await locations.of_project(ctx.database, ctx.project().id))[0].id


async def test_a_new_monitor_that_is_paused_waits(ctx: Context) -> None:
    monitor = await made(ctx, paused=True)

    (place,) = await places(ctx, monitor)
    assert (monitor.paused, place.due_at, place.look_at) == (True, None, None)


async def test_of_places_that_one_machine_serves_the_first_is_probed(ctx: Context) -> None:
    east, west, ireland = await location_uuids(ctx)
    monitor = await made(ctx, locations=(west, east, west))

    first, second = await places(ctx, monitor)
    assert (first.due_at, second.due_at) == (ctx.now(), None)

    await changed(ctx, monitor, locations=(ireland, west))
    new, old = await places(ctx, monitor)
    assert (new.due_at, old.due_at, old.look_at) == (ctx.now(), None, None)
    assert (old.location_id, old.lease) == (first.location_id, 1)


async def test_a_shorter_interval_brings_the_next_run_forward_but_not_one_that_runs(
    ctx: Context, clock: MovedClock
) -> None:
    waiting, running = await made(ctx, "waiting", interval=3600), await made(ctx, "running", interval=3600)
    next_due = clock.now + timedelta(hours=1)
    async with ctx.database.transaction() as unit:
        await unit.execute(update(monitor_locations).values(due_at=next_due, look_at=next_due))
        leased = monitor_locations.c.watchable_id == running.id
        await unit.execute(update(monitor_locations).where(leased).values(look_at=next_due + timedelta(minutes=1)))

    for monitor in (waiting, running):
        await changed(ctx, monitor, interval=60)

    assert [row.due_at for row in await places(ctx, waiting)] == [clock.now + timedelta(minutes=1)]
    assert [row.look_at for row in await places(ctx, waiting)] == [clock.now + timedelta(minutes=1)]
    assert [row.due_at for row in await places(ctx, running)] == [next_due]
    await changed(ctx, waiting, interval=7200)
    assert [row.due_at for row in await places(ctx, waiting)] == [clock.now + timedelta(minutes=1)]


async def test_pausing_stops_the_runs_and_resuming_starts_them_at_once(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx)

    paused = await monitors.monitor_pause(ctx, ref=ref(monitor))
    (place,) = await places(ctx, monitor)
    assert (paused.paused, place.due_at, place.look_at, place.lease) == (True, None, None, 1)
    clock.move(minutes=1)
    assert await monitors.monitor_pause(ctx, ref=ref(monitor)) == paused
    assert (await places(ctx, monitor))[0].lease == 1

    resumed = await monitors.monitor_resume(ctx, ref=ref(monitor))
    (place,) = await places(ctx, monitor)
    assert (resumed.paused, place.due_at, place.look_at) == (False, clock.now, clock.now)
    with pytest.raises(Conflict):
        await monitors.monitor_resume(ctx, ref=ref(monitor))


async def test_a_change_pauses_and_resumes_too_and_says_nothing_where_nothing_changes(
    ctx: Context, clock: MovedClock
) -> None:
    monitor = await made(ctx)

    assert (await changed(ctx, monitor, paused=True, name="Other")).paused
    assert [row.due_at for row in await places(ctx, monitor)] == [None]
    clock.move(minutes=1)
    await changed(ctx, monitor, paused=True)
    await changed(ctx, monitor, paused=False)
    await changed(ctx, monitor, paused=False)

    assert [row.due_at for row in await places(ctx, monitor)] == [clock.now]
    assert await ctx.database.rows(select(flips)) == []
    assert (await monitors.monitor_get(ctx, ref=ref(monitor))).name == "Other"


async def test_pausing_leaves_what_is_wrong_as_it_is_and_tells_nobody(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx)
    (place,) = await places(ctx, monitor)
    async with ctx.database.transaction() as unit:
        await unit.add(Outage(watchable_id=monitor.id, started_at=clock.now))
        await unit.add(Alert(watchable_id=monitor.id, location_id=place.location_id, at=clock.now))
        await unit.execute(update(watchables).values(state=WatchState.DOWN))
        await unit.execute(update(monitor_locations).values(bad=True, failures_in_row=3))
    clock.move(minutes=1)

    paused = await monitors.monitor_pause(ctx, ref=ref(monitor))

    (outage,), (alert,) = [await ctx.database.rows(select(table)) for table in (outages, alerts)]
    (place,) = await places(ctx, monitor)
    assert (outage.resolved_at, alert.resolved_at, paused.state) == (None, None, WatchState.DOWN)
    assert (place.bad, place.failures_in_row) == (True, 0)
    assert await ctx.database.rows(select(notifications)) == []


async def test_an_alert_ends_where_a_monitor_is_probed_no_more(ctx: Context, clock: MovedClock) -> None:
    _, west, _ = await location_uuids(ctx)
    monitor = await made(ctx)
    (place,) = await places(ctx, monitor)
    async with ctx.database.transaction() as unit:
        await unit.add(Alert(watchable_id=monitor.id, location_id=place.location_id, at=clock.now))
        await unit.execute(update(monitor_locations).values(bad=True))

    await changed(ctx, monitor, locations=(west,))

    (alert,) = await ctx.database.rows(select(alerts))
    assert alert.resolved_at == clock.now


async def test_a_paused_monitor_whose_locations_change_stays_paused(ctx: Context) -> None:
    east, west, _ = await location_uuids(ctx)
    monitor = await made(ctx, paused=True, locations=(east,))

    await changed(ctx, monitor, locations=(west, east))

    assert [row.due_at for row in await places(ctx, monitor)] == [None, None]


async def test_many_that_begin_together_are_not_all_run_at_one_instant_for_ever(
    ctx: Context, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_times, "FEW_AT_ONCE", 2)
    few, many = [[await made(ctx, name, tags=(tag,), paused=True) for name in "abc"[:count]] for tag, count in _GROUPS]

    async def dues(some: Sequence[MonitorRecord]) -> list[timedelta]:
        return [row.due_at - clock.now for monitor in some for row in await places(ctx, monitor) if row.due_at]

    for tag, _ in _GROUPS:
        await monitors.monitor_update_all(ctx, tags=[tag], changes=MonitorChanges(paused=False))
    begun = await dues(many)
    assert await dues(few) == [timedelta()] * 2
    assert len(set(begun)) == 3
    assert timedelta() <= min(begun) <= max(begun) < timedelta(seconds=30)

    async with ctx.database.transaction() as unit:
        later = clock.now + timedelta(days=1)
        await unit.execute(update(monitor_locations).values(due_at=later, look_at=later))
    for tag, _ in _GROUPS:
        await monitors.monitor_update_all(ctx, tags=[tag], changes=MonitorChanges(interval=60))
    hastened = await dues(many)
    assert await dues(few) == [timedelta(minutes=1)] * 2
    assert len(set(hastened)) == 3
    assert timedelta(seconds=30) < min(hastened) <= max(hastened) <= timedelta(minutes=1)
