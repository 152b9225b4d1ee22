"""From a monitor's failing run to the mail, the webhook, the URL and the pager, and back up, on both databases."""

import json
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import dramatiq
import pytest

from app.channels.registry import channel_kind
from app.ids import unique_key
from app.models import NotificationState
from app.pipeline import alerting
from app.pipeline.delivery import UNWANTED
from app.pipeline.reminding import remind
from app.pipeline.renderers import Renderers
from app.store import channels
from app.store.channels import ChannelRecord
from rest_compat.apiscience.alerts import monitor_objects
from tests.app.pipeline.results import FAIL, PASS, call_result, run
from tests.app.receiver import Receiver
from tests.conftest import MovedClock
from tests.workers.conftest import eventually, running
from tests.workers.servers import Mailbox
from tests.world import World
from workers.broker import make_broker

ROUTING_KEY = "s3cretkey00000000000000000000000"


@pytest.fixture
def memory() -> dramatiq.Broker:
    return make_broker("memory://")


@pytest.fixture
def renderers(world: World) -> Renderers:
    """Those of the site, but for what checks are written as."""
    return Renderers(lambda check, _told, _now: json.dumps({"uuid": check.uuid}), monitor_objects(world.site))


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """Where everything goes that is sent by HTTP."""
    async with Receiver() as receiver:
        monkeypatch.setattr("app.channels.pagerduty.API", receiver.url)
        yield receiver


async def channel(world: World, kind: str, settings: dict[str, Any]) -> ChannelRecord:
    made = channel_kind(kind).Settings.model_validate(settings)
    async with world.site.database.transaction() as unit:
        return await channels.add(unit, world.site.vault, world.contact, kind, "", made, world.now)


async def arrived(world: World, count: int) -> None:
    """Wait until so many notifications are sent; only what is not wanted is not."""

    async def done() -> bool:
        rows = await world.notifications()
        assert {row.error for row in rows} <= {"", UNWANTED}
        return sum(row.state is NotificationState.SENT for row in rows) == count

    await eventually(done)


def posted(receiver: Receiver, target: str) -> list[Any]:
    return [json.loads(each.body) for each in receiver.requests if each.target == target]


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail["Subject"] for mail in mails(mailbox)]


def mails(mailbox: Mailbox) -> list[Any]:
    return [message_from_bytes(envelope.original_content or b"", policy=default) for envelope in mailbox.envelopes]


async def test_down_a_reminder_and_up_arrive_by_every_means(
    world: World,
    clock: MovedClock,
    mailbox: Mailbox,
    receiver: Receiver,
    memory: dramatiq.Broker,
    renderers: Renderers,
) -> None:
    await world.email()
    hook = {"method": "POST", "url": f"{receiver.url}/hook", "body": '["$STATUS", "$NAME", $JSON]'}
    await channel(world, "webhook", {"down": hook, "up": hook})
    await channel(world, "url", {"url": f"{receiver.url}/alerts"})
    await channel(world, "pagerduty", {"routing_key": ROUTING_KEY})
    monitor = await world.monitor("shop", remind_every=300)

    async with running(world, memory, renderers):
        await run(world, monitor, FAIL)
        await arrived(world, 4)
        clock.move(minutes=5)
        assert await remind(world.site) == 1
        # The URL is told of changes of state alone.
        await arrived(world, 7)
        await run(world, monitor, PASS)
        await arrived(world, 11)

    assert subjects(mailbox) == ["DOWN | shop", "REMINDER | shop", "UP | shop"]
    down, reminder, up = posted(receiver, "/hook")
    assert [each[:2] for each in (down, reminder, up)] == [["down", "shop"], ["down", "shop"], ["up", "shop"]]
    assert [each[2]["state"] for each in (down, up)] == ["DOWN", "UP"]
    _assert_objects(posted(receiver, "/alerts"), monitor.id)
    key = unique_key(monitor.uuid)
    events = posted(receiver, "/v2/enqueue")
    assert [(each["event_action"], each["dedup_key"], each["routing_key"]) for each in events] == [
        ("trigger", key, ROUTING_KEY),
        ("trigger", key, ROUTING_KEY),
        ("resolve", key, ROUTING_KEY),
    ]


def _assert_objects(objects: list[dict[str, Any]], number: int) -> None:
    assert [each["event"] for each in objects] == ["monitor.down", "monitor.up"]
    assert [each["monitor"]["id"] for each in objects] == [number, number]
    assert [each["check"]["status"] for each in objects] == ["failure", "success"]
    [failed] = objects[0]["check"]["calls"]
    assert failed["response"]["statusCode"] == 500
    assert [each["message"] for each in failed["validationFailures"]] == ["Expected the status to equal 200, got 500"]


async def test_the_mail_says_what_failed_and_then_for_how_long(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.email()
    monitor = await world.monitor("shop")

    async with running(world, memory):
        await run(world, monitor, FAIL, calls=[call_result(FAIL, world.now, template_name="log in")])
        await arrived(world, 1)
        clock.move(minutes=90)
        await run(world, monitor, PASS)
        await arrived(world, 2)

    down, up = mails(mailbox)
    for kind in ("plain", "html"):
        said, later = (mail.get_body((kind,)).get_content() for mail in (down, up))
        assert "Expected the status to equal 200, got 500" in said
        assert "http://shop.example.org/" in said
        assert "log in" in said
        assert f"http://testserver/graphql?monitor={monitor.uuid}" in said
        assert "1 hour 30 minutes" in later


async def test_a_test_of_a_url_arrives(
    world: World, receiver: Receiver, memory: dramatiq.Broker, renderers: Renderers
) -> None:
    made = await channel(world, "url", {"url": f"{receiver.url}/alerts"})

    async with running(world, memory, renderers):
        async with world.site.database.transaction() as unit:
            await alerting.record_test(unit, made.id, world.now)
        await arrived(world, 1)

    assert posted(receiver, "/alerts") == [{"event": "test", "check": {"uuid": "00000000-0000-4000-8000-000000000000"}}]
