"""From a missed deadline to the mail and the webhook, over every broker and both databases."""

import asyncio
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import dramatiq
import pytest

from app.channels.group.settings import Settings as GroupSettings
from app.channels.registry import channel_kind
from app.models import NotificationState
from app.pipeline import alerting, delivery, owed
from app.pipeline.watch import take_down_late
from app.rules.retries import DELAYS
from app.security.keys import Vault
from app.store import channels
from tests.app.receiver import Receiver, answer
from tests.conftest import MovedClock
from tests.workers.conftest import eventually, no_json, running
from tests.workers.servers import Mailbox
from tests.world import World
from workers.broker import make_broker
from workers.scheduler import run_scheduler

PENDING, SENT, FAILED = NotificationState.PENDING, NotificationState.SENT, NotificationState.FAILED


async def attempted(world: World, times: int = 1) -> None:
    """Wait until every notification had so many attempts and none is under way."""

    async def done() -> bool:
        rows = await world.notifications()
        return bool(rows) and all(
            row.state is not PENDING or (row.attempt == times and row.error != "") for row in rows
        )

    await eventually(done)


@pytest.fixture
def memory() -> dramatiq.Broker:
    return make_broker("memory://")


async def test_a_late_check_is_told_by_mail_and_webhook_exactly_once(
    world: World, clock: MovedClock, mailbox: Mailbox, broker: dramatiq.Broker
) -> None:
    async with Receiver() as receiver:
        await world.email()
        await world.webhook(f"{receiver.url}/down?name=$NAME", body="$STATUS $CODE")
        check = await world.check("nightly backup")
        clock.move(minutes=2)

        async with running(world, broker):
            await take_down_late(world.site)
            await attempted(world)

    [envelope] = mailbox.envelopes
    mail = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == ["on-call@example.org"]
    assert mail["Subject"] == "DOWN | nightly backup"
    assert mail["List-Unsubscribe"].startswith("<http://testserver/unsubscribe/")
    [request] = receiver.requests
    assert (request.method, request.target) == ("POST", "/down?name=nightly%20backup")
    assert request.body.decode() == f"down {check.uuid}"
    assert [row.state for row in await world.notifications()] == [SENT, SENT]


async def test_a_doubled_message_sends_once(
    world: World, clock: MovedClock, mailbox: Mailbox, broker: dramatiq.Broker
) -> None:
    await world.email()
    await world.check()
    clock.move(minutes=2)
    await take_down_late(world.site)

    async with running(world, broker) as machine:
        machine.outlet(world.sent * 5)
        await attempted(world)
        await asyncio.to_thread(machine.outlet.close)
        await asyncio.to_thread(broker.join, "alerts", timeout=20_000)

    assert len(mailbox.envelopes) == 1


async def test_many_alerts_all_arrive(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.email()
    for number in range(60):
        await world.check(f"check-{number}")
    clock.move(minutes=2)

    async with running(world, memory):
        await take_down_late(world.site)
        await attempted(world)

    subjects = [message_from_bytes(envelope.content, policy=default)["Subject"] for envelope in mailbox.envelopes]
    assert sorted(subjects) == sorted(f"DOWN | check-{number}" for number in range(60))


async def test_a_failing_webhook_is_tried_again_when_the_wait_is_over(
    world: World, clock: MovedClock, memory: dramatiq.Broker
) -> None:
    async with Receiver([answer(500)] * 3 + [answer(200)]) as receiver:
        channel = await world.webhook(receiver.url)
        await world.check()
        clock.move(minutes=2)
        async with running(world, memory):
            await take_down_late(world.site)
            await attempted(world)

            [row] = await world.notifications()
            assert (row.state, row.attempt, row.error) == (PENDING, 1, "Received status code 500")
            assert DELAYS[0] <= row.next_attempt_at - clock.now <= DELAYS[0] * 1.2
            assert (await world.channel_row(channel)).last_error == "Received status code 500"

            clock.now = row.next_attempt_at + owed.PATIENCE
            await owed.sweep(world.site, delivery.NOTIFICATIONS)
            await attempted(world, 2)

        [row] = await world.notifications()
        assert (row.state, row.attempt, row.error) == (SENT, 2, "")
        assert len(receiver.requests) == 4
    assert (await world.channel_row(channel)).last_error == ""


async def test_a_group_tells_by_each_of_its_channels_and_says_how_many_failed(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    async with Receiver() as good, Receiver([answer(500)]) as bad:
        members = [await world.webhook(f"{each.url}/hook", body="$NAME $STATUS") for each in (good, bad)]
        settings = GroupSettings(channels=[member.uuid for member in members])
        async with world.site.database.transaction() as unit:
            contact = await channels.add_contact(unit, world.project_id, "Everyone", clock.now)
            group = await channels.add(unit, world.site.vault, contact, "group", "", settings, clock.now)

        async with running(world, memory):
            async with world.site.database.transaction() as unit:
                await alerting.record_test(unit, group.id, clock.now)

            async def told() -> bool:
                return (await world.channel_row(group)).last_error != ""

            await eventually(told)

    assert (await world.channel_row(group)).last_error == "1 out of 2 notifications failed"
    assert [request.body for request in good.requests] == [b"Sample check down"]
    assert len(bad.requests) == 1
    assert None not in [(await world.channel_row(member)).last_attempt_ms for member in members]


async def test_a_refused_address_disables_its_channel(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    mailbox.refusal = "550 5.1.1 No such user"
    channel = await world.email()
    await world.check()
    clock.move(minutes=2)

    async with running(world, memory):
        await take_down_late(world.site)
        await attempted(world)

    [row] = await world.notifications()
    assert (row.state, row.attempt) == (FAILED, 1)
    stored = await world.channel_row(channel)
    assert (stored.disabled, stored.last_error) == (True, row.error)
    assert "No such user" in row.error


async def test_a_death_between_claim_and_sending_is_made_good_after_the_lease(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.email()
    await world.check()
    clock.move(minutes=2)
    await take_down_late(world.site)
    [message] = world.sent
    assert await delivery.claim(world.site, str(message.arguments[0]), 0, no_json) is not None

    async with running(world, memory) as machine:
        machine.outlet([message])
        await asyncio.to_thread(memory.join, "alerts", timeout=20_000)
        assert mailbox.envelopes == []

        clock.now += owed.LEASE + owed.PATIENCE
        await owed.sweep(world.site, delivery.NOTIFICATIONS)
        await attempted(world, 2)

    assert len(mailbox.envelopes) == 1


async def test_a_test_message_arrives(world: World, mailbox: Mailbox, memory: dramatiq.Broker) -> None:
    channel = await world.email()

    async with running(world, memory):
        async with world.site.database.transaction() as unit:
            await alerting.record_test(unit, channel.id, world.now)
        await attempted(world)

    [envelope] = mailbox.envelopes
    assert message_from_bytes(envelope.content, policy=default)["Subject"] == "TEST | Sample check"


async def test_scheduler_and_worker_together_tell_of_a_late_check(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.email()
    await world.check()
    stop = asyncio.Event()

    async with running(world, memory), asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(run_scheduler(world.site, stop))
        clock.move(minutes=2)
        await attempted(world)
        stop.set()

    assert len(mailbox.envelopes) == 1
    assert len(await world.flips()) == 1


async def test_a_bug_in_a_channel_is_a_failed_attempt_and_keeps_its_secrets(
    world: World, clock: MovedClock, memory: dramatiq.Broker, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    async def send(settings, _message, _gateway):
        raise RuntimeError(f"cannot use {settings.down.url}")

    broken = replace(channel_kind("webhook"), send=send)
    monkeypatch.setattr(delivery, "channel_kind", lambda _name: broken)
    await world.webhook("http://127.0.0.1/s3cr3t")
    await world.check()
    clock.move(minutes=2)

    async with running(world, memory):
        await take_down_late(world.site)
        await attempted(world)

    [row] = await world.notifications()
    assert (row.state, row.error) == (PENDING, "Internal error")
    assert "RuntimeError while sending notification" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_a_worker_without_its_database_goes_on(
    world: World,
    clock: MovedClock,
    mailbox: Mailbox,
    memory: dramatiq.Broker,
    caplog: pytest.LogCaptureFixture,
    monkeypatch,
) -> None:
    await world.email()
    await world.check()
    clock.move(minutes=2)
    with monkeypatch.context() as patch:
        patch.setattr(Vault, "decrypt", _away)
        async with running(world, memory) as machine:
            await take_down_late(world.site)
            await asyncio.to_thread(memory.join, "alerts", timeout=20_000)
            patch.undo()
            assert "could not be handled" in caplog.text
            clock.now += owed.LEASE + owed.PATIENCE
            await owed.sweep(machine.world.site, delivery.NOTIFICATIONS)
            await attempted(world, 2)

    assert len(mailbox.envelopes) == 1


def _away(*_arguments: object) -> str:
    raise ConnectionError("the database is away")
