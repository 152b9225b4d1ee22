"""A notification is claimed once, recorded with its outcome, and never forgotten (DESIGN sections 3 and 4)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.channels.message import AlertEvent
from app.db.outbox import Message
from app.models import NotificationState
from app.models.tables import channels, notifications
from app.pipeline import alerting
from app.pipeline.delivery import NOTIFICATIONS, Claimed, claim, record_failure, record_success
from app.pipeline.owed import GIVEN_UP, LEASE, PATIENCE, REPEAT, release_claims, sweep
from app.pipeline.renderers import Renderers
from app.pipeline.watch import take_down_late
from app.rules.retries import DELAYS
from app.security.keys import Vault
from tests.conftest import MovedClock
from tests.world import World

SENT, PENDING, FAILED = NotificationState.SENT, NotificationState.PENDING, NotificationState.FAILED


no_json = Renderers(lambda _check, _told, _now: "{}")
"""Writers of JSON for tests that do not look at it."""


@pytest.fixture
async def owed(world: World, clock: MovedClock) -> str:
    """The uuid of a notification about a check that just went down, owed to a mail channel."""
    await world.email()
    await world.check()
    clock.move(minutes=5)
    await take_down_late(world.site)
    return str(world.sent.pop().arguments[0])


async def claimed(world: World, uuid: str, attempt: int = 0) -> Claimed:
    found = await claim(world.site, uuid, attempt, no_json)
    assert found is not None
    return found


async def only_notification(world: World):
    [row] = await world.notifications()
    return row


async def test_a_claim_counts_the_attempt_and_holds_for_the_lease(world: World, clock: MovedClock, owed: str) -> None:
    found = await claimed(world, owed)

    row = await only_notification(world)
    assert (found.claim.uuid, found.claim.attempt) == (owed, 1)
    assert (row.state, row.attempt, row.next_attempt_at) == (PENDING, 1, clock.now + LEASE)
    assert found.settings.address == "on-call@example.org"


async def test_of_many_claims_at_once_one_succeeds(world: World, owed: str) -> None:
    found = await asyncio.gather(*(claim(world.site, owed, 0, no_json) for _ in range(8)))

    assert sum(each is not None for each in found) == 1
    assert (await only_notification(world)).attempt == 1


@pytest.mark.parametrize("uuid", ["no such notification", "00000000-0000-4000-8000-000000000000"])
async def test_what_does_not_exist_is_not_claimed(world: World, uuid: str) -> None:
    assert await claim(world.site, uuid, 0, no_json) is None


async def test_success_is_recorded_at_notification_and_channel(world: World, clock: MovedClock, owed: str) -> None:
    found = await claimed(world, owed)
    await record_failure(world.site, found.claim, "Connection failed", permanent=False, took_ms=7)
    clock.move(hours=1)
    [again] = await sweep(world.site, NOTIFICATIONS)
    second = await claimed(world, again, 1)
    clock.move(seconds=2)

    await record_success(world.site, second.claim, took_ms=7)

    row = await only_notification(world)
    assert (row.state, row.attempt, row.sent_at, row.error) == (SENT, 2, clock.now, "")
    channel = await world.site.database.row(select(channels))
    assert (channel.last_error, channel.last_delivered_at, channel.disabled) == ("", clock.now, False)


async def test_a_sent_notification_is_neither_claimed_nor_swept_again(
    world: World, clock: MovedClock, owed: str
) -> None:
    await record_success(world.site, (await claimed(world, owed)).claim, took_ms=7)
    clock.move(days=2)

    assert await claim(world.site, owed, 1, no_json) is None
    assert await sweep(world.site, NOTIFICATIONS) == []


async def test_failures_are_tried_again_with_growing_waits_and_given_up(
    world: World, clock: MovedClock, owed: str
) -> None:
    for attempt, delay in enumerate(DELAYS):
        found = await claimed(world, owed, attempt)
        await record_failure(
            world.site, found.claim, f"Received status code {500 + attempt}", permanent=False, took_ms=7
        )
        row = await only_notification(world)
        assert (row.state, row.attempt, row.error) == (PENDING, attempt + 1, f"Received status code {500 + attempt}")
        assert delay <= row.next_attempt_at - clock.now <= delay * 1.2
        clock.now = row.next_attempt_at + PATIENCE
        assert await sweep(world.site, NOTIFICATIONS) == [owed]
        assert world.sent.pop() == Message(alerting.DELIVER, (owed, attempt + 1))

    found = await claimed(world, owed, len(DELAYS))
    await record_failure(world.site, found.claim, "Received status code 599", permanent=False, took_ms=7)

    row = await only_notification(world)
    assert (row.state, row.attempt, row.error) == (FAILED, len(DELAYS) + 1, "Received status code 599")
    channel = await world.site.database.row(select(channels))
    assert (channel.last_error, channel.disabled) == ("Received status code 599", False)


async def test_a_permanent_failure_ends_it_and_disables_the_channel(world: World, owed: str) -> None:
    found = await claimed(world, owed)

    await record_failure(world.site, found.claim, "x" * 300, permanent=True, took_ms=7)

    row = await only_notification(world)
    assert (row.state, row.error) == (FAILED, "x" * 200)
    channel = await world.site.database.row(select(channels))
    assert (channel.disabled, channel.last_error) == (True, "x" * 200)


async def test_a_claim_that_died_is_swept_after_its_lease(world: World, clock: MovedClock, owed: str) -> None:
    await claimed(world, owed)

    clock.move(seconds=(LEASE + PATIENCE).total_seconds() - 0.001)
    assert await sweep(world.site, NOTIFICATIONS) == []
    clock.move(seconds=0.001)
    assert await sweep(world.site, NOTIFICATIONS) == [owed]

    assert world.sent == [Message(alerting.DELIVER, (owed, 1))]
    assert (await claimed(world, owed, 1)).claim.attempt == 2


async def test_a_sender_that_outlived_its_lease_cannot_undo_the_next(
    world: World, clock: MovedClock, owed: str
) -> None:
    slow = await claimed(world, owed)
    clock.move(minutes=10)
    await sweep(world.site, NOTIFICATIONS)
    quick = await claimed(world, owed, 1)

    await record_failure(world.site, slow.claim, "Too late", permanent=True, took_ms=7)

    row = await only_notification(world)
    assert (row.state, row.attempt, row.error) == (PENDING, 2, "")
    assert (await world.site.database.row(select(channels.c.disabled)))[0] is False
    await record_success(world.site, quick.claim, took_ms=7)
    assert (await only_notification(world)).state is SENT


async def test_a_success_counts_even_after_the_lease(world: World, clock: MovedClock, owed: str) -> None:
    slow = await claimed(world, owed)
    clock.move(minutes=10)
    await sweep(world.site, NOTIFICATIONS)
    quick = await claimed(world, owed, 1)

    await record_success(world.site, slow.claim, took_ms=7)
    await record_failure(world.site, quick.claim, "Connection failed", permanent=False, took_ms=7)

    assert (await only_notification(world)).state is SENT


async def test_what_always_kills_its_sender_is_given_up(world: World, clock: MovedClock, owed: str) -> None:
    for attempt in range(len(DELAYS) + 1):
        await claimed(world, owed, attempt)
        clock.move(minutes=4)
        await sweep(world.site, NOTIFICATIONS)

    assert await claim(world.site, owed, len(DELAYS) + 1, no_json) is None

    row = await only_notification(world)
    assert (row.state, row.error) == (FAILED, GIVEN_UP)


async def test_a_lost_message_is_made_good_and_a_late_one_does_no_harm(
    world: World, clock: MovedClock, owed: str
) -> None:
    clock.move(seconds=PATIENCE.total_seconds())

    assert await sweep(world.site, NOTIFICATIONS) == [owed]
    assert await sweep(world.site, NOTIFICATIONS) == []
    clock.now += REPEAT + PATIENCE - timedelta(microseconds=1)
    assert await sweep(world.site, NOTIFICATIONS) == []
    clock.now += timedelta(microseconds=1)
    assert await sweep(world.site, NOTIFICATIONS) == [owed]

    assert [message.arguments for message in world.sent] == [(owed, 0), (owed, 0)]
    assert await claim(world.site, owed, 0, no_json) is not None
    assert await claim(world.site, owed, 0, no_json) is None


async def test_a_sweep_takes_the_longest_waiting_first_and_no_more_than_its_limit(
    world: World, clock: MovedClock
) -> None:
    await world.email()
    for number in range(5):
        await world.check(f"check-{number}")
        clock.move(seconds=1)
    clock.move(minutes=5)
    await take_down_late(world.site)
    uuids = [row.uuid for row in await world.notifications()]
    clock.move(minutes=1)

    assert await sweep(world.site, NOTIFICATIONS, limit=3) == uuids[:3]
    assert await sweep(world.site, NOTIFICATIONS, limit=3) == uuids[3:]


async def test_sweeps_at_once_send_each_message_once(world: World, clock: MovedClock) -> None:
    await world.email()
    for number in range(6):
        await world.check(f"check-{number}")
    clock.move(minutes=5)
    await take_down_late(world.site)
    world.sent.clear()
    clock.move(minutes=1)

    swept = await asyncio.gather(*(sweep(world.site, NOTIFICATIONS) for _ in range(4)))
    swept.append(await sweep(world.site, NOTIFICATIONS))

    uuids = [uuid for each in swept for uuid in each]
    assert len(uuids) == len(set(uuids)) == len(world.sent) == 6


async def unverify(world: World) -> None:
    async with world.site.database.transaction() as unit:
        await unit.execute(update(channels).values(verified_at=None))


async def disable(world: World) -> None:
    async with world.site.database.transaction() as unit:
        await unit.execute(update(channels).values(disabled=True, last_error="Unsubscribed"))


async def silence(world: World) -> None:
    still = world.site.vault.encrypt('{"address": "on-call@example.org", "notify_down": false}')
    async with world.site.database.transaction() as unit:
        await unit.execute(update(channels).values(settings_encrypted=still))


@pytest.mark.parametrize(
    ("spoil", "error", "shown"),
    [
        (unverify, "Email not verified", "Email not verified"),
        (disable, "The channel is disabled", "Unsubscribed"),
        (silence, "The channel does not want to hear of this", ""),
    ],
)
async def test_what_must_not_be_sent_is_settled_at_the_claim(
    world: World, owed: str, spoil: Callable[[World], Awaitable[None]], error: str, shown: str
) -> None:
    await spoil(world)

    assert await claim(world.site, owed, 0, no_json) is None

    row = await only_notification(world)
    assert (row.state, row.error) == (FAILED, error)
    assert (await world.site.database.row(select(channels.c.last_error)))[0] == shown


async def test_settings_that_do_not_open_are_tried_again_and_not_logged(
    world: World, owed: str, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = Vault(b"another secret").encrypt('{"address": "x@example.org"}')
    odd = world.site.vault.encrypt('{"token": "s3cr3t"}')
    for attempt, settings in enumerate((foreign, odd)):
        async with world.site.database.transaction() as unit:
            await unit.execute(update(channels).values(settings_encrypted=settings))

        assert await claim(world.site, owed, attempt, no_json) is None

        row = await only_notification(world)
        assert (row.state, row.error) == (PENDING, "The settings of the channel cannot be read")
    assert "s3cr3t" not in caplog.text


async def test_a_check_that_is_gone_takes_its_notifications_along(world: World, owed: str) -> None:
    found = await claimed(world, owed)
    async with world.site.database.transaction() as unit:
        await unit.execute(notifications.delete())

    await record_success(world.site, found.claim, took_ms=7)
    await record_failure(world.site, found.claim, "Too late", permanent=True, took_ms=7)

    assert (await world.site.database.row(select(channels.c.disabled)))[0] is False


async def test_a_test_message_is_claimed_like_any_other(world: World) -> None:
    channel = await world.webhook("http://127.0.0.1/down")
    async with world.site.database.transaction() as unit:
        uuid = await alerting.record_test(unit, channel.id, world.now)

    found = await claimed(world, uuid)

    assert (found.message.event, found.message.name) == (AlertEvent.TEST, "Sample check")
    assert found.claim.created_at == world.now


async def test_what_a_crashed_process_had_claimed_is_swept_at_once_after_a_release(world: World, owed: str) -> None:
    await claimed(world, owed)
    assert await sweep(world.site, NOTIFICATIONS) == []

    await release_claims(world.site, NOTIFICATIONS)

    assert await sweep(world.site, NOTIFICATIONS) == [owed]
