"""The scheduler's loops look when something is due, survive errors, and stop at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.tables import runs, token_buckets
from app.pipeline import due, limits, owed, retention, watch
from app.pipeline.due import RUN
from app.pipeline.due_letters import SEND
from app.rules.limits import Monthly
from app.rules.rhythms import NagRhythm
from app.rules.states import WatchState
from tests.conftest import MovedClock
from tests.recorded import place_ids, record, run_at
from tests.workers.conftest import eventually
from tests.world import World
from workers import scheduler
from workers.scheduler import (
    FORGET_SECONDS,
    GATHER_SECONDS,
    LOOK_SECONDS,
    NAG_SECONDS,
    REMIND_SECONDS,
    REPORT_SECONDS,
    RETAIN_PAUSE_SECONDS,
    RETAIN_SECONDS,
    SWEEP_SECONDS,
    WATCH_SECONDS,
    forget_step,
    nag_step,
    order_step,
    remind_step,
    report_step,
    retain_step,
    run_scheduler,
    sweep_step,
    watch_step,
)


async def test_the_pause_lasts_until_the_next_look_and_no_longer_than_half_a_second(
    world: World, clock: MovedClock
) -> None:
    assert await watch_step(world.site) == WATCH_SECONDS
    await world.check(watch_at=clock.now + timedelta(seconds=60))
    assert await watch_step(world.site) == WATCH_SECONDS

    clock.move(seconds=59.875)

    assert await watch_step(world.site) == 0.125


async def test_a_step_that_found_something_late_looks_again_at_once(world: World, clock: MovedClock) -> None:
    check = await world.check()
    clock.move(seconds=90)

    assert await watch_step(world.site) == 0
    assert await watch_step(world.site) == WATCH_SECONDS
    assert await world.state_of(check) is WatchState.DOWN


async def test_runs_are_ordered_when_they_are_due(world: World, clock: MovedClock) -> None:
    assert await order_step(world.site, has_room) == LOOK_SECONDS
    clock.move(seconds=10)
    await world.monitor(timeout=5)
    clock.move(seconds=-0.25)

    assert await order_step(world.site, has_room) == 0.25
    clock.move(seconds=0.25)

    assert await order_step(world.site, has_room) == GATHER_SECONDS
    assert [message.actor for message in world.sent] == [RUN]
    assert await order_step(world.site, has_room) == LOOK_SECONDS


def has_room(queue: str) -> bool:
    return queue == "probes.built-in"


async def test_a_full_batch_is_followed_by_the_next_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "BATCH", 2)
    for number in range(3):
        await world.monitor(f"monitor {number}")

    assert [await order_step(world.site, has_room) for _ in range(2)] == [0.0, GATHER_SECONDS]
    assert len(world.sent) == 2


async def test_while_the_workers_are_behind_nothing_is_claimed(world: World) -> None:
    monitor = await world.monitor()

    assert await order_step(world.site, lambda _queue: False) == LOOK_SECONDS

    assert [place.lease for place in await world.places_of(monitor)] == [0]
    assert world.sent == []


async def test_limits_are_forgotten_once_nothing_is_missing_from_them(world: World, clock: MovedClock) -> None:
    async with world.site.database.transaction() as unit:
        await limits.take(unit, world.site.vault, "chat", Monthly(5), clock.now)
    clock.move(days=33)

    assert await forget_step(world.site) == FORGET_SECONDS

    assert await world.site.database.rows(select(token_buckets)) == []


async def test_old_measurements_are_forgotten_step_by_step(world: World, clock: MovedClock, monkeypatch) -> None:
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    await record(world.site.database, [run_at(clock.now, monitor.id, place) for _ in range(3)])
    clock.move(days=91)
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)

    assert await retain_step(world.site) == RETAIN_PAUSE_SECONDS
    assert await retain_step(world.site) == RETAIN_SECONDS

    assert await world.site.database.rows(select(runs.c.id)) == []


async def test_a_sweep_step_sends_lost_messages_again(world: World, clock: MovedClock) -> None:
    await world.email()
    await world.check()
    clock.move(minutes=2)
    await watch_step(world.site)
    [lost] = world.sent
    world.sent.clear()
    clock.move(minutes=1)

    assert await sweep_step(world.site) == SWEEP_SECONDS

    assert [message.arguments[0] for message in world.sent] == [lost.arguments[0]]


async def test_a_remind_step_tells_again_of_what_is_still_down(world: World, clock: MovedClock) -> None:
    await world.email()
    await world.check(remind_every=300)
    clock.move(seconds=90)
    await watch_step(world.site)
    world.sent.clear()

    assert await remind_step(world.site) == REMIND_SECONDS
    clock.move(seconds=300)

    assert await remind_step(world.site) == 0
    assert len(world.sent) == 1


async def test_a_loop_survives_errors_and_stops_when_told(
    world: World, clock: MovedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler, "_LONGEST_BACKOFF", 0.001)
    failures = iter([ConnectionError("away"), OSError("still away")])
    honest = watch.next_look

    async def flaky(site):
        for error in failures:
            raise error
        return await honest(site)

    monkeypatch.setattr(watch, "next_look", flaky)
    check = await world.check()
    clock.move(minutes=2)
    stop = asyncio.Event()
    running = asyncio.create_task(run_scheduler(world.site, stop))

    async def down() -> bool:
        return await world.state_of(check) is WatchState.DOWN

    await eventually(down)
    stop.set()
    await asyncio.wait_for(running, 10)

    assert caplog.text.count("The loop watch_step failed") == 2


async def test_the_scheduler_orders_runs(world: World) -> None:
    await world.monitor()
    stop = asyncio.Event()
    running = asyncio.create_task(run_scheduler(world.site, stop))

    async def ordered() -> bool:
        return [message.actor for message in world.sent] == [RUN]

    await eventually(ordered)
    stop.set()
    await asyncio.wait_for(running, 10)


async def test_cancelling_stops_all_loops(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = asyncio.Event()

    async def note(_site, _owed) -> list[str]:
        swept.set()
        return []

    monkeypatch.setattr(owed, "sweep", note)
    running = asyncio.create_task(run_scheduler(world.site, asyncio.Event()))
    await asyncio.wait_for(swept.wait(), 10)

    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 10)
    assert [task for task in asyncio.all_tasks() if task.get_name() in ("watch_step", "sweep_step")] == []


async def test_a_stopped_scheduler_does_nothing(world: World, clock: MovedClock) -> None:
    check = await world.check()
    clock.move(minutes=2)
    stop = asyncio.Event()
    stop.set()

    await run_scheduler(world.site, stop)

    assert await world.state_of(check) is WatchState.UP


@pytest.mark.parametrize(
    ("step", "pause"), [(nag_step, NAG_SECONDS), (report_step, REPORT_SECONDS)], ids=["nags", "reports"]
)
async def test_a_step_that_wrote_letters_looks_again_at_once(world: World, clock: MovedClock, step, pause) -> None:
    await world.check(state=WatchState.DOWN)
    await world.user(next_report_at=clock.now, next_nag_at=clock.now, nag_rhythm=NagRhythm.HOURLY)

    assert await step(world.site) == 0
    assert await step(world.site) == pause
    assert [message.actor for message in world.sent] == [SEND]
