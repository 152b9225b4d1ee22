"""Nobody gets more messages than a receiver can take, or than a project may pay for; what can wait is not lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.channels.kind import ChannelKind
from app.channels.message import AlertEvent
from app.channels.registry import channel_kind
from app.models import NotificationState
from app.models.tables import notifications
from app.pipeline import alerting, delivery
from app.pipeline.delivery import NOTIFICATIONS, PUT_OFF_FOR, QUOTA_USED, TOO_MANY, Claimed, record_failure
from app.pipeline.owed import PATIENCE, sweep
from app.settings import Settings
from app.store.channels import ChannelRecord
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import MovedClock
from tests.world import World

PENDING, FAILED = NotificationState.PENDING, NotificationState.FAILED


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"phone_monthly_limit": 2})


@pytest.fixture
def mail_as(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let mail channels have limits, as other kinds do."""

    def become(**changes: object) -> None:
        kind: ChannelKind = replace(channel_kind("email"), **changes)
        monkeypatch.setattr(delivery, "channel_kind", lambda _name: kind)

    return become


async def a_test(world: World, channel: ChannelRecord) -> str:
    async with world.site.database.transaction() as unit:
        return await alerting.record_test(unit, channel.id, world.now)


async def claim(world: World, uuid: str, attempt: int = 0) -> Claimed | None:
    return await delivery.claim(world.site, uuid, attempt, no_json)


async def row_of(world: World, uuid: str):
    return await world.site.database.row(select(notifications).where(notifications.c.uuid == uuid))


async def test_the_seventh_message_in_a_minute_waits_and_then_goes_out(
    world: World, clock: MovedClock, mail_as: Callable[..., None]
) -> None:
    mail_as(receiver=lambda settings: settings.address)
    one, two = await world.email("ops@example.org"), await world.email("ops@example.org")
    other = await world.email("boss@example.org")
    owed = [await a_test(world, channel) for channel in [one, two] * 3]
    late = await a_test(world, one)

    assert [await claim(world, uuid) is not None for uuid in owed] == [True] * 6
    assert await claim(world, late) is None
    assert await claim(world, await a_test(world, other)) is not None

    row = await row_of(world, late)
    assert (row.state, row.attempt, row.error) == (PENDING, 0, TOO_MANY)
    assert row.next_attempt_at == clock.now + timedelta(seconds=10)
    clock.now = row.next_attempt_at + PATIENCE
    assert late in await sweep(world.site, NOTIFICATIONS)
    found = await claim(world, late)
    assert found is not None
    assert found.claim.attempt == 1


async def test_a_message_that_never_gets_its_turn_is_given_up_after_an_hour(
    world: World, clock: MovedClock, mail_as: Callable[..., None]
) -> None:
    mail_as(receiver=lambda settings: settings.address)
    channel = await world.email()
    late = await a_test(world, channel)
    clock.now += PUT_OFF_FOR + timedelta(seconds=1)
    for _ in range(6):
        await claim(world, await a_test(world, channel))

    assert await claim(world, late) is None

    row = await row_of(world, late)
    assert (row.state, row.error) == (FAILED, TOO_MANY)
    assert (await world.channel_row(channel)).last_error == TOO_MANY


async def test_the_monthly_quota_of_phone_messages_is_the_projects(
    world: World, clock: MovedClock, mail_as: Callable[..., None]
) -> None:
    mail_as(by_phone=True)
    one, two = await world.email("a@example.org"), await world.email("b@example.org")
    assert await claim(world, await a_test(world, one)) is not None
    assert await claim(world, await a_test(world, two)) is not None
    third = await a_test(world, one)

    assert await claim(world, third) is None

    row = await row_of(world, third)
    assert (row.state, row.attempt, row.error) == (FAILED, 1, QUOTA_USED)
    channel = await world.channel_row(one)
    assert (channel.last_error, channel.disabled) == (QUOTA_USED, False)
    clock.move(days=31)
    assert await claim(world, await a_test(world, one)) is not None


async def test_another_attempt_counts_no_second_time(
    world: World, clock: MovedClock, mail_as: Callable[..., None]
) -> None:
    mail_as(by_phone=True)
    channel = await world.email()
    first = await a_test(world, channel)
    for attempt in range(3):
        found = await claim(world, first, attempt)
        assert found is not None
        await record_failure(world.site, found.claim, "Received status code 500", permanent=False, took_ms=3)

    assert await claim(world, await a_test(world, channel)) is not None


async def test_a_quota_of_zero_is_none(world: World, mail_as: Callable[..., None]) -> None:
    mail_as(by_phone=True)
    channel = await world.email()
    site = replace(world.site, settings=world.site.settings.model_copy(update={"phone_monthly_limit": 0}))

    for _ in range(4):
        uuid = await a_test(world, channel)
        assert await delivery.claim(site, uuid, 0, no_json) is not None


async def test_the_time_of_each_attempt_is_kept_and_the_quickest_channel_is_told_first(
    world: World, clock: MovedClock
) -> None:
    slow, failing, unused, quick = [await world.email(f"{name}@example.org") for name in "abcd"]
    for channel, took_ms in ((slow, 900), (quick, 20)):
        found = await claim(world, await a_test(world, channel))
        assert found is not None
        await delivery.record_success(world.site, found.claim, took_ms=took_ms)
    found = await claim(world, await a_test(world, failing))
    assert found is not None
    await record_failure(world.site, found.claim, "Connection failed", permanent=False, took_ms=300)
    assert [(await world.channel_row(each)).last_attempt_ms for each in (slow, failing, unused)] == [900, 300, None]

    check = await world.check()

    told = await world.site.database.rows(alerting.told_channels(check.id, AlertEvent.DOWN))
    assert [row.id for row in told] == [quick.id, failing.id, slow.id, unused.id]
