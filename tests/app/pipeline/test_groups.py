"""A message to a group becomes one to each member; the group says how many failed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from app.channels.email.settings import Settings as EmailSettings
from app.channels.group.settings import Settings as GroupSettings
from app.channels.message import AlertEvent, DeliveryError
from app.models import NotificationState, Project
from app.models.tables import channels, notifications
from app.pipeline import alerting, delivery
from app.pipeline.delivery import Claimed, record_failure, record_success
from app.pipeline.watch import take_down_late
from app.store import channels as channel_store
from app.store import projects
from app.store.channels import ChannelRecord
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import MovedClock
from tests.graphql_api.test_statements import counted
from tests.world import World

PENDING, SENT, FAILED = NotificationState.PENDING, NotificationState.SENT, NotificationState.FAILED


async def group_of(world: World, *members: ChannelRecord, **values: Any) -> ChannelRecord:
    settings = GroupSettings(channels=[member.uuid for member in members])
    return await world._channel("group", settings, values)


async def claim(world: World, uuid: str, attempt: int = 0) -> Claimed | None:
    return await delivery.claim(world.site, uuid, attempt, no_json)


async def claimed(world: World, uuid: str, attempt: int = 0) -> Claimed:
    found = await claim(world, uuid, attempt)
    assert found is not None
    return found


async def a_test(world: World, channel: ChannelRecord) -> str:
    async with world.site.database.transaction() as unit:
        return await alerting.record_test(unit, channel.id, world.now)


async def row_of(world: World, uuid: str):
    return await world.site.database.row(select(notifications).where(notifications.c.uuid == uuid))


async def handed_over(world: World, channel: ChannelRecord) -> tuple[str, list[str]]:
    """Test a group; return the uuids of its notification and of its members'."""
    uuid = await a_test(world, channel)
    world.sent.clear()
    assert await claim(world, uuid) is None
    return uuid, [str(message.arguments[0]) for message in world.sent]


async def test_each_member_is_owed_the_message_the_quickest_first(world: World) -> None:
    slow, quick = await world.email(last_attempt_ms=900), await world.email(last_attempt_ms=20)
    group = await group_of(world, slow, quick)

    uuid, owed = await handed_over(world, group)

    found = [await claimed(world, each) for each in owed]
    assert [each.claim.channel_id for each in found] == [quick.id, slow.id]
    assert {each.message.event for each in found} == {AlertEvent.TEST}
    assert (await row_of(world, uuid)).state is PENDING


async def test_a_group_tells_of_the_same_flip(world: World, clock: MovedClock) -> None:
    member = await world.email()
    await group_of(world, member)
    check = await world.check("nightly backup")
    clock.move(minutes=5)
    await take_down_late(world.site)
    uuids = [message.arguments[0] for message in world.sent]
    world.sent.clear()
    for uuid in uuids:
        await claim(world, str(uuid))

    [message] = world.sent
    found = await claimed(world, str(message.arguments[0]))

    assert (found.message.event, found.message.name) == (AlertEvent.DOWN, "nightly backup")
    assert (found.claim.channel_id, found.claim.watchable_id) == (member.id, check.id)


async def test_a_group_arrived_when_all_members_have_it(world: World, clock: MovedClock) -> None:
    group = await group_of(world, await world.email(), await world.email(), last_error="1 out of 2 failed")
    uuid, owed = await handed_over(world, group)

    await record_success(world.site, (await claimed(world, owed[0])).claim, took_ms=5)
    assert (await row_of(world, uuid)).state is PENDING
    await record_success(world.site, (await claimed(world, owed[1])).claim, took_ms=5)

    row = await row_of(world, uuid)
    assert (row.state, row.sent_at, row.error) == (SENT, clock.now, "")
    channel = await world.channel_row(group)
    assert (channel.last_error, channel.last_delivered_at) == ("", clock.now)


async def test_a_group_says_how_many_failed_until_a_retry_succeeds(world: World, clock: MovedClock) -> None:
    group = await group_of(world, await world.email(), await world.email())
    uuid, owed = await handed_over(world, group)
    await record_success(world.site, (await claimed(world, owed[0])).claim, took_ms=5)
    failing = await claimed(world, owed[1])

    await record_failure(world.site, failing.claim, "Connection failed", permanent=False, took_ms=5)

    row = await row_of(world, uuid)
    assert (row.state, row.error) == (FAILED, "1 out of 2 notifications failed")
    assert (await world.channel_row(group)).last_error == "1 out of 2 notifications failed"
    await record_success(world.site, (await claimed(world, owed[1], 1)).claim, took_ms=5)
    row = await row_of(world, uuid)
    assert (row.state, row.error) == (SENT, "")


async def test_members_that_are_settled_at_once_see_each_other(world: World) -> None:
    members = [await world.email() for _ in range(6)]
    uuid, owed = await handed_over(world, await group_of(world, *members))
    claims = [(await claimed(world, each)).claim for each in owed]

    await asyncio.gather(
        *(record_failure(world.site, each, "Connection failed", permanent=False, took_ms=5) for each in claims)
    )

    assert (await row_of(world, uuid)).error == "6 out of 6 notifications failed"


async def test_a_permanent_error_disables_the_member_and_not_the_group(world: World) -> None:
    member = await world.email()
    group = await group_of(world, member)
    _, owed = await handed_over(world, group)

    await record_failure(world.site, (await claimed(world, owed[0])).claim, "Gone", permanent=True, took_ms=5)

    assert (await world.channel_row(member)).disabled
    assert not (await world.channel_row(group)).disabled


async def test_what_is_disabled_or_deleted_is_left_out_and_what_is_not_verified_fails(world: World) -> None:
    gone, off, unverified, good = [await world.email() for _ in range(4)]
    group = await group_of(world, gone, off, unverified, good)
    async with world.site.database.transaction() as unit:
        await channel_store.remove(unit, gone.id)
        await unit.execute(update(channels).where(channels.c.id == off.id).values(disabled=True))
        await unit.execute(update(channels).where(channels.c.id == unverified.id).values(verified_at=None))
    uuid, owed = await handed_over(world, group)

    results = [await claim(world, each) for each in owed]
    [good_one] = [each for each in results if each is not None]
    await record_success(world.site, good_one.claim, took_ms=5)

    assert (await row_of(world, uuid)).error == "1 out of 2 notifications failed"


async def test_a_group_without_members_that_can_be_told_fails_and_says_so(world: World) -> None:
    group = await group_of(world, await world.email(disabled=True))
    uuid = await a_test(world, group)

    found = await claimed(world, uuid)

    with pytest.raises(DeliveryError, match="None of the group's channels"):
        await found.kind.send(found.settings, found.message, None)


async def test_a_group_whose_members_want_nothing_of_it_is_settled(world: World, clock: MovedClock) -> None:
    quiet = EmailSettings(address="a@example.org", notify_down=False)
    group = await group_of(world, await world._channel("email", quiet, {}))
    check = await world.check()
    async with world.site.database.transaction() as unit:
        await alerting.notify(unit, alerting.notification_rows(check.id, None, AlertEvent.DOWN, [group.id], clock.now))
    [message] = world.sent

    assert await claim(world, str(message.arguments[0])) is None

    row = await row_of(world, str(message.arguments[0]))
    assert (row.state, row.error) == (FAILED, delivery.UNWANTED)


async def test_channels_of_another_project_are_never_told(world: World) -> None:
    async with world.site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=world.now))
        contact = await channel_store.add_contact(unit, other.id, "Theirs", world.now)
        theirs = await channel_store.add(
            unit, world.site.vault, contact, "email", "", EmailSettings(address="x@example.org"), world.now
        )
    group = await group_of(world, theirs)

    assert await claim(world, await a_test(world, group)) is not None
    assert world.sent[1:] == []


async def test_a_claim_that_was_cut_short_after_handing_over_hands_over_nothing_twice(
    world: World, clock: MovedClock
) -> None:
    uuid, owed = await handed_over(world, await group_of(world, await world.email()))
    clock.move(minutes=4)
    await record_success(world.site, (await claimed(world, owed[0])).claim, took_ms=5)
    async with world.site.database.transaction() as unit:
        row = notifications.c.uuid == uuid
        await unit.execute(notifications.update().where(row).values(state=PENDING))
    world.sent.clear()

    assert await claim(world, uuid, 1) is None

    assert world.sent == []
    assert (await row_of(world, uuid)).state is SENT


async def test_a_large_group_costs_no_more_statements_than_a_small_one(world: World) -> None:
    costs = []
    for size in (1, 20):
        group = await group_of(world, *[await world.email() for _ in range(size)])
        uuid = await a_test(world, group)
        with counted(world.site) as statements:
            await claim(world, uuid)
        costs.append(len([each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]))

    assert costs == [6, 6]  # claim it, its channel, its members, lock it, look for earlier ones, write theirs
