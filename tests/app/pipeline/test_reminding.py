"""What is still down is told again, as often as its settings say, until it is up or nobody wants to know."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import event, update

from app.channels.message import AlertEvent
from app.models import NotificationState
from app.models.tables import watchables
from app.pipeline import delivery
from app.pipeline.facts import flip_message
from app.pipeline.reminding import remind
from app.pipeline.watch import take_down_late
from app.rules.check_state import apply_signal, next_reminder, pause
from app.rules.states import PingKind
from app.store import checks as check_store
from app.store.checks import CheckRecord
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import START, MovedClock
from tests.world import World

DEADLINE = START + timedelta(seconds=90)
HOUR = timedelta(hours=1)


@pytest.fixture
async def down(world: World, clock: MovedClock) -> CheckRecord:
    """A check that went down at its deadline and is told of every hour since."""
    await world.email()
    check = await world.check(remind_every=3600)
    clock.now = DEADLINE
    await take_down_late(world.site)
    world.sent.clear()
    return check


async def reminders(world: World) -> list:
    return [row for row in await world.notifications() if row.event is AlertEvent.REMINDER]


async def test_nobody_is_reminded_before_the_time(world: World, clock: MovedClock, down: CheckRecord) -> None:
    clock.now = DEADLINE + HOUR - timedelta(microseconds=1)

    assert await remind(world.site) == 0
    assert await reminders(world) == []


async def test_a_reminder_goes_to_each_channel_that_tells_what_is_down(
    world: World, clock: MovedClock, down: CheckRecord
) -> None:
    await world.webhook(None, up="http://127.0.0.1:1/up")
    clock.now = DEADLINE + HOUR

    assert await remind(world.site) == 1

    [reminder] = await reminders(world)
    [flip] = await world.flips()
    assert (reminder.watchable_id, reminder.flip_id, reminder.state) == (down.id, flip.id, NotificationState.PENDING)
    assert [message.arguments for message in world.sent] == [(reminder.uuid,)]
    assert (await world.stored(down)).remind_at == DEADLINE + 2 * HOUR


async def test_reminders_that_nobody_looked_for_are_told_as_one(
    world: World, clock: MovedClock, down: CheckRecord
) -> None:
    clock.now = DEADLINE + 5 * HOUR + timedelta(minutes=7)

    assert await remind(world.site) == 1
    assert await remind(world.site) == 0

    assert len(await reminders(world)) == 1
    assert (await world.stored(down)).remind_at == DEADLINE + 6 * HOUR


async def test_what_came_up_or_was_paused_reminds_nobody(world: World, clock: MovedClock, down: CheckRecord) -> None:
    paused = await world.check("paused", remind_every=3600, pinged=False)
    for check, change in (
        (down, lambda record: apply_signal(record, PingKind.SUCCESS, clock.now, None)),
        (paused, lambda record: (apply_signal(record, PingKind.FAIL, clock.now, None), pause(record, clock.now))),
    ):
        stored = await world.stored(check)
        change(stored)
        async with world.site.database.transaction() as unit:
            await check_store.save(unit, stored)
    clock.now = DEADLINE + 2 * HOUR

    assert await remind(world.site) == 0


async def test_a_reminder_tells_how_long_it_is_down(world: World, clock: MovedClock, down: CheckRecord) -> None:
    [flip] = await world.flips()
    clock.now = DEADLINE + HOUR

    message = await flip_message(world.site, AlertEvent.REMINDER, flip.id, no_json)

    assert message is not None
    assert (message.downtime, message.changed_at) == (HOUR, DEADLINE)


async def test_a_reminder_that_is_true_no_more_is_not_sent(world: World, clock: MovedClock, down: CheckRecord) -> None:
    clock.now = DEADLINE + HOUR
    await remind(world.site)
    [reminder] = await reminders(world)
    stored = await world.stored(down)
    apply_signal(stored, PingKind.SUCCESS, clock.now, None)
    async with world.site.database.transaction() as unit:
        await check_store.save(unit, stored)

    assert await delivery.claim(world.site, reminder.uuid, 0, no_json) is None

    [reminder] = await reminders(world)
    assert (reminder.state, reminder.error) == (NotificationState.FAILED, "What it tells is true no more")


async def test_many_reminders_are_written_in_five_statements(
    world: World, clock: MovedClock, down: CheckRecord
) -> None:
    for number in range(20):
        await world.check(f"job {number}", remind_every=3600)
    clock.move(minutes=2)
    await take_down_late(world.site)
    async with world.site.database.transaction() as unit:
        await unit.execute(update(watchables).values(remind_at=clock.now))
    statements: list[str] = []
    event.listen(
        world.site.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: statements.append(statement),
    )

    assert await remind(world.site) == 21

    assert len([each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]) <= 6  # a look, then five
    assert len(await reminders(world)) == 21


def test_the_next_reminder_is_the_first_after_now_in_steps_from_the_last() -> None:
    random = Random(7)
    for _ in range(200):
        every = random.randint(300, 100_000)
        late = timedelta(seconds=random.uniform(0, 500_000))

        found = next_reminder(START, every, START + late)

        assert found is not None
        steps = (found - START) / timedelta(seconds=every)
        assert steps == int(steps)
        assert START + late < found <= START + late + timedelta(seconds=every)
