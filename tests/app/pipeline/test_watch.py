"""The watcher takes late checks down, dated with their deadlines, once (specs/healthchecks.md section 9.4)."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import event, text, update

from app.channels.message import AlertEvent
from app.models import NotificationState
from app.models.tables import checks
from app.pipeline.alerting import DELIVER
from app.pipeline.watch import next_look, take_down_late
from app.rules.check_state import reschedule
from app.rules.states import FlipReason, ScheduleKind, WatchState
from tests.conftest import START, MovedClock
from tests.world import World

DEADLINE = START + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("early", "expected"), [(timedelta(microseconds=1), WatchState.UP), (timedelta(0), WatchState.DOWN)]
)
async def test_a_check_goes_down_at_its_very_deadline(
    world: World, clock: MovedClock, early: timedelta, expected: WatchState
) -> None:
    check = await world.check()
    clock.now = DEADLINE - early

    await take_down_late(world.site)

    assert await world.state_of(check) is expected


async def test_a_flip_carries_the_deadline_and_not_the_moment_of_noticing(world: World, clock: MovedClock) -> None:
    check = await world.check()
    clock.now = DEADLINE + timedelta(minutes=17, microseconds=3)

    await take_down_late(world.site)

    [flip] = await world.flips()
    assert (flip.watchable_id, flip.at, flip.from_state, flip.to_state, flip.reason) == (
        check.id,
        DEADLINE,
        WatchState.UP,
        WatchState.DOWN,
        FlipReason.TIMEOUT,
    )
    stored = await world.stored(check)
    assert (stored.state, stored.state_since) == (WatchState.DOWN, DEADLINE)
    assert (stored.next_expected_at, stored.alert_after) == (None, None)
    assert stored.last_ping_at == START


async def test_an_open_run_is_late_from_its_start_on(world: World, clock: MovedClock) -> None:
    started = START + timedelta(seconds=10)
    await world.check(last_start_at=started, watch_at=started + timedelta(seconds=30))
    clock.now = started + timedelta(seconds=31)

    await take_down_late(world.site)

    [flip] = await world.flips()
    assert flip.at == started + timedelta(seconds=30)


async def test_the_message_leaves_after_the_rows_that_it_names(world: World, clock: MovedClock) -> None:
    check = await world.check()
    channel = await world.email()
    clock.now = DEADLINE

    await take_down_late(world.site)

    [flip] = await world.flips()
    [row] = await world.notifications()
    assert (row.channel_id, row.watchable_id, row.flip_id) == (channel.id, check.id, flip.id)
    assert (row.event, row.state, row.attempt) == (AlertEvent.DOWN, NotificationState.PENDING, 0)
    assert row.next_attempt_at == row.created_at == DEADLINE
    assert [(message.actor, message.arguments) for message in world.sent] == [(DELIVER, (row.uuid,))]


async def test_each_check_tells_its_own_channels_once(world: World, clock: MovedClock) -> None:
    both, plain = await world.check("both"), await world.check("plain")
    mail, hook = await world.email(), await world.webhook("http://127.0.0.1/down")
    await world.webhook(None, "http://127.0.0.1/up")
    await world.email("gone@example.org", disabled=True)
    await world.assign_channel(both, mail)
    clock.now = DEADLINE

    await take_down_late(world.site)

    told = [(row.watchable_id, row.channel_id) for row in await world.notifications()]
    assert sorted(told) == sorted([(both.id, mail.id), (both.id, hook.id), (plain.id, mail.id), (plain.id, hook.id)])


async def test_a_deadline_that_moved_later_is_only_brought_up_to_date(world: World, clock: MovedClock) -> None:
    check = await world.check(period=3600)
    assert check.alert_after == DEADLINE
    clock.now = DEADLINE

    looked = await take_down_late(world.site)

    stored = await world.stored(check)
    assert looked == 1
    assert (stored.state, stored.alert_after) == (WatchState.UP, START + timedelta(seconds=3630))
    assert stored.watch_at == stored.alert_after
    assert await world.flips() == []
    assert await take_down_late(world.site) == 0


@pytest.mark.parametrize("values", [{"pinged": False}, {"state": WatchState.DOWN}])
async def test_what_cannot_go_down_is_left_alone(world: World, clock: MovedClock, values: dict[str, object]) -> None:
    await world.check(**values)
    clock.move(days=30)

    assert await take_down_late(world.site) == 0
    assert await world.flips() == []


async def test_the_earliest_deadlines_come_first(world: World, clock: MovedClock) -> None:
    names = ["third", "first", "second"]
    for name, period in zip(names, (300, 100, 200), strict=True):
        check = await world.check(name, pinged=False, state=WatchState.UP, last_ping_at=START, period=period)
        reschedule(check)
        async with world.site.database.transaction() as unit:
            stale = update(checks).where(checks.c.watchable_id == check.id)
            await unit.execute(stale.values(alert_after=check.alert_after, watch_at=check.watch_at))
    clock.move(hours=1)

    assert await take_down_late(world.site, limit=2) == 2
    assert await take_down_late(world.site, limit=2) == 1

    assert [flip.at - START for flip in await world.flips()] == [timedelta(seconds=s) for s in (130, 230, 330)]


async def test_a_check_that_cannot_be_computed_keeps_nobody_waiting(
    world: World, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = await world.check(
        "broken",
        schedule_kind=ScheduleKind.CRON,
        schedule="not a schedule",
        watch_at=DEADLINE - timedelta(seconds=1),
    )
    sound = await world.check("sound")
    clock.now = DEADLINE

    with caplog.at_level(logging.ERROR):
        assert await take_down_late(world.site) == 2

    stored = await world.stored(broken)
    assert (stored.state, stored.watch_at) == (WatchState.UP, DEADLINE + timedelta(hours=1))
    assert await world.state_of(sound) is WatchState.DOWN
    assert broken.uuid in caplog.text
    assert await take_down_late(world.site) == 0


async def test_two_watchers_at_once_flip_once(world: World, clock: MovedClock) -> None:
    await world.email()
    for number in range(12):
        await world.check(f"check-{number}")
    clock.now = DEADLINE

    looked = await asyncio.gather(*(take_down_late(world.site, limit=5) for _ in range(6)))
    while await take_down_late(world.site, limit=5):
        pass

    assert sum(looked) <= 12
    assert len({flip.watchable_id for flip in await world.flips()}) == len(await world.flips()) == 12
    assert len(await world.notifications()) == len(world.sent) == 12


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_another_transaction_holds_is_left_to_it(world: World, clock: MovedClock) -> None:
    # SQLite has no locks of single rows: its writers take turns.
    held, free = await world.check("held"), await world.check("free")
    clock.now = DEADLINE

    async with world.site.database.transaction() as unit:
        await unit.execute(text(f"SELECT 1 FROM checks WHERE watchable_id = {held.id} FOR UPDATE"))
        assert await take_down_late(world.site) == 1

    assert [flip.watchable_id for flip in await world.flips()] == [free.id]
    assert await take_down_late(world.site) == 1


@pytest.mark.parametrize("count", [1, 40])
async def test_the_number_of_statements_does_not_grow_with_the_checks(
    world: World, clock: MovedClock, count: int
) -> None:
    await world.email()
    for number in range(count):
        await world.check(f"check-{number}")
    clock.now = DEADLINE
    statements: list[str] = []
    engine = world.site.database.engine.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    assert await take_down_late(world.site) == count

    assert len([statement for statement in statements if not statement.startswith("BEGIN")]) == 6


async def test_the_next_look_is_the_earliest(world: World) -> None:
    assert await next_look(world.site) is None
    await world.check("later", watch_at=DEADLINE + timedelta(seconds=1))
    await world.check("sooner", watch_at=DEADLINE)

    assert await next_look(world.site) == DEADLINE
