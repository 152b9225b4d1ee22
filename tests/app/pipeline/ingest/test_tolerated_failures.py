"""Failures that are tolerated are stored as what they are: pings that change no state."""

import pytest

from app.pipeline.ingest import Ingest
from app.rules.states import PingKind, WatchState
from tests.app.pipeline.ingest.conftest import MakeSignal
from tests.conftest import MovedClock
from tests.world import World


@pytest.mark.parametrize("paused", [False, True])
async def test_the_last_failure_that_is_not_tolerated_takes_the_check_down(
    world: World, ingest: Ingest, signal: MakeSignal, clock: MovedClock, *, paused: bool
) -> None:
    # given
    check = await world.check(pinged=False, failures_before_down=3, paused=paused)
    # when
    for _ in range(2):
        clock.move(seconds=1)
        await ingest.submit(signal(uuid=check.uuid, kind=PingKind.FAIL))
    # then
    stored = await world.stored(check)
    assert (stored.state, stored.paused, stored.failure_count) == (WatchState.NEW, paused, 2)
    assert (stored.last_ping_at, await world.flips()) == (clock.now, [])
    # when
    clock.move(seconds=1)
    await ingest.submit(signal(uuid=check.uuid, kind=PingKind.FAIL))
    # then
    stored = await world.stored(check)
    assert (stored.state, stored.paused, stored.failure_count) == (WatchState.DOWN, False, 3)
    assert [(flip.at, flip.to_state) for flip in await world.flips()] == [(clock.now, WatchState.DOWN)]


async def test_a_success_begins_the_row_anew(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    check = await world.check(failures_before_down=2)

    for kind in (PingKind.FAIL, PingKind.SUCCESS, PingKind.FAIL):
        await ingest.submit(signal(uuid=check.uuid, kind=kind))

    stored = await world.stored(check)
    assert (stored.state, stored.failure_count) == (WatchState.UP, 1)
