"""The return addresses of alert mails, and what comes back to them (specs/healthchecks.md sections 7.6 and 11)."""

from dataclasses import replace

import pytest

from app.channels.message import AlertEvent
from app.ids import new_uuid
from app.models import Notification, NotificationState
from app.pipeline.bounces import HEARD_FOR, bounced, record_bounce, return_address
from app.site import Site
from tests.conftest import MovedClock
from tests.world import World

UUID = "5a4e6b8c-1f2d-4c3b-9a8e-7d6c5b4a3f2e"
REASON = "The mail bounced with status 5.1.1"


def with_domain(site: Site, domain: str) -> Site:
    return replace(site, settings=site.settings.model_copy(update={"mail_bounce_domain": domain}))


@pytest.fixture
def back(site: Site) -> Site:
    return with_domain(site, "bounces.example.org")


def test_a_return_address_names_its_notification_and_fits_a_mailbox(back: Site) -> None:
    address = return_address(back, UUID)

    assert address is not None
    local, _, domain = address.partition("@")
    assert local.startswith(f"n.{UUID}.")
    assert len(local) <= 64
    assert domain == "bounces.example.org"
    assert bounced(back, address) == UUID
    assert bounced(back, address.upper()) == UUID


def test_without_a_domain_there_is_none(site: Site, back: Site) -> None:
    address = return_address(back, UUID)

    assert return_address(site, UUID) is None
    assert address is not None
    assert bounced(site, address) is None
    assert bounced(site, address.partition("@")[0] + "@") is None


def test_an_address_that_we_did_not_sign_is_nobodys(back: Site) -> None:
    address = return_address(back, UUID)
    assert address is not None
    local, signature = address.partition("@")[0], address.partition("@")[0][-24:]

    for forged in (
        f"n.{UUID}.{'0' * 24}@bounces.example.org",
        f"n.{new_uuid()}.{signature}@bounces.example.org",
        f"{local}@example.org",
        f"{local}0@bounces.example.org",
        f"x{local}@bounces.example.org",
        f"n.{'-' * 36}.{signature}@bounces.example.org",
        local,
        "",
    ):
        assert bounced(back, forged) is None


@pytest.mark.parametrize("permanent", [True, False])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_bounce_is_kept_at_notification_and_channel(world: World, *, permanent: bool, times: int) -> None:
    channel = await world.email()
    uuid = await sent(world, channel.id)

    for _ in range(times):
        await record_bounce(world.site, uuid, REASON, permanent=permanent)

    [row] = await world.notifications()
    assert (row.state, row.error) == (NotificationState.FAILED, REASON)
    kept = await world.channel_row(channel)
    assert (kept.last_error, kept.disabled) == (REASON, permanent)


async def test_a_bounce_is_heard_for_two_weeks(world: World, clock: MovedClock) -> None:
    channel = await world.email()
    uuid = await sent(world, channel.id)

    clock.now += HEARD_FOR
    await record_bounce(world.site, uuid, REASON, permanent=True)
    assert not (await world.channel_row(channel)).disabled

    clock.move(seconds=-1)
    await record_bounce(world.site, uuid, REASON, permanent=True)
    assert (await world.channel_row(channel)).disabled


async def sent(world: World, channel_id: int) -> str:
    """The uuid of a notification that the mail server took at this moment."""
    row = Notification(
        channel_id=channel_id, event=AlertEvent.DOWN, state=NotificationState.SENT,
        next_attempt_at=world.now, created_at=world.now,
    )  # fmt: skip
    async with world.site.database.transaction() as unit:
        await unit.add(row)
    return row.uuid
