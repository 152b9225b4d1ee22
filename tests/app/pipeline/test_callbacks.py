"""What providers report of messages that they took (specs/healthchecks.md section 7.6)."""

from datetime import timedelta
from typing import Any

import pytest

from app.channels.message import AlertEvent
from app.ids import new_uuid
from app.models import Notification, NotificationState
from app.pipeline.callbacks import HEARD_FOR, record_report, status_url
from app.pipeline.delivery import claim, record_success
from app.store.channels import ChannelRecord
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import MovedClock
from tests.world import World

SENT, PENDING, FAILED = NotificationState.SENT, NotificationState.PENDING, NotificationState.FAILED
GONE = "no such number"


async def told(world: World, channel: ChannelRecord, state: NotificationState = SENT, **values: Any) -> str:
    """The uuid of a notification that became due at this moment."""
    due = {"next_attempt_at": world.now, "created_at": world.now}
    row = Notification(channel_id=channel.id, event=AlertEvent.TEST, state=state, **(due | values))
    async with world.site.database.transaction() as unit:
        await unit.add(row)
    return row.uuid


def test_the_url_names_the_notification_at_the_sites_own_root(world: World) -> None:
    uuid = new_uuid()

    assert status_url(world.site, uuid) == f"http://testserver/api/v3/notifications/{uuid}/status"


@pytest.mark.parametrize(("disable", "times"), [(False, 1), (True, 1), (True, 3)])
async def test_a_report_is_kept_at_notification_and_channel(world: World, *, disable: bool, times: int) -> None:
    channel, other = await world.email(), await world.email("other@example.org")
    uuid, unreported = await told(world, channel), await told(world, other)

    for _ in range(times):
        await record_report(world.site, uuid, GONE, disable=disable)

    first, second = await world.notifications()
    assert (first.uuid, first.state, first.error) == (uuid, FAILED, GONE)
    assert (second.uuid, second.state, second.error) == (unreported, SENT, "")
    row = await world.channel_row(channel)
    assert (row.last_error, row.disabled) == (GONE, disable)
    row = await world.channel_row(other)
    assert (row.last_error, row.disabled) == ("", False)


@pytest.mark.parametrize(
    ("attempt", "earlier", "state"),
    [(0, "", PENDING), (1, "", FAILED), (1, "Connection timed out", PENDING), (2, "Connection timed out", PENDING)],
)
async def test_a_message_that_is_tried_anew_stays_owed(
    world: World, attempt: int, earlier: str, state: NotificationState
) -> None:
    uuid = await told(world, await world.email(), PENDING, attempt=attempt, error=earlier)

    await record_report(world.site, uuid, GONE, disable=False)

    [row] = await world.notifications()
    assert (row.state, row.error) == (state, GONE)


async def test_a_report_may_overtake_what_we_write_down_of_the_attempt(world: World) -> None:
    uuid = await told(world, await world.email(), PENDING)
    claimed = await claim(world.site, uuid, 0, no_json)
    assert claimed is not None

    await record_report(world.site, uuid, GONE, disable=True)
    await record_success(world.site, claimed.claim, took_ms=1)

    [row] = await world.notifications()
    assert (row.state, row.error) == (FAILED, GONE)


async def test_the_group_of_a_reported_message_fails_too(world: World) -> None:
    group, member, other = await world.email(), await world.email("a@example.org"), await world.email("b@example.org")
    await told(world, group)
    [row] = await world.notifications()
    uuid = await told(world, member, group_id=row.id)
    await told(world, other, group_id=row.id)

    await record_report(world.site, uuid, GONE, disable=False)

    assert [each.state for each in await world.notifications()] == [FAILED, FAILED, SENT]
    assert (await world.channel_row(group)).last_error == "1 out of 2 notifications failed"


async def test_a_report_is_heard_for_an_hour(world: World, clock: MovedClock) -> None:
    channel = await world.email()
    uuid = await told(world, channel)

    clock.now += HEARD_FOR
    await record_report(world.site, uuid, GONE, disable=True)
    assert not (await world.channel_row(channel)).disabled

    clock.now -= timedelta(microseconds=1)
    await record_report(world.site, uuid, GONE, disable=True)
    assert (await world.channel_row(channel)).disabled


async def test_a_report_of_nothing_known_changes_nothing(world: World) -> None:
    channel = await world.email()
    await told(world, channel)

    await record_report(world.site, new_uuid(), GONE, disable=True)

    [row] = await world.notifications()
    assert (row.state, row.error) == (SENT, "")
    assert not (await world.channel_row(channel)).disabled


async def test_a_long_error_is_cut(world: World) -> None:
    channel = await world.email()

    await record_report(world.site, await told(world, channel), "x" * 1000, disable=False)

    assert (await world.channel_row(channel)).last_error == "x" * 200
