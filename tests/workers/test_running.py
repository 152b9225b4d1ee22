"""A worker starts, stops without leaving anything behind, and lets what is under way finish."""

import asyncio
import threading

import dramatiq
import pytest

from app.models import NotificationState
from app.pipeline.watch import take_down_late
from tests.app.receiver import SILENCE, Receiver
from tests.conftest import MovedClock
from tests.workers.conftest import eventually, no_json, running
from tests.workers.servers import Mailbox
from tests.world import World
from workers import broker as broker_module
from workers.broker import make_broker
from workers.outlet import Outlet
from workers.running import Workers, run_worker


@pytest.fixture
def memory() -> dramatiq.Broker:
    return make_broker("memory://")


async def test_stopping_lets_a_delivery_finish(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    async def take_time(_server, _session, _envelope) -> str:
        arrived.set()
        await may_answer.wait()
        return "250 OK"

    mailbox.handle_DATA = take_time
    await world.email()
    await world.check()
    clock.move(minutes=2)

    async with running(world, memory) as machine:
        await take_down_late(world.site)
        await asyncio.wait_for(arrived.wait(), 20)
        stopping = asyncio.create_task(machine.workers.stop())
        await asyncio.sleep(0)
        may_answer.set()
        await asyncio.wait_for(stopping, 20)
        [row] = await world.notifications()

    assert row.state is NotificationState.SENT


async def test_stopping_cancels_what_does_not_finish(
    world: World, clock: MovedClock, memory: dramatiq.Broker, monkeypatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(broker_module, "FINISH_SECONDS", 0.05)
    async with Receiver([SILENCE]) as receiver:
        await world.webhook(receiver.url)
        await world.check()
        clock.move(minutes=2)

        async with running(world, memory):
            await take_down_late(world.site)

            async def asked() -> bool:
                return len(receiver.requests) == 1

            await eventually(asked)

    [row] = await world.notifications()
    assert (row.state, row.attempt) == (NotificationState.PENDING, 1)
    assert "it is sent again later" in caplog.text


async def test_no_thread_is_left(world: World, memory: dramatiq.Broker) -> None:
    before = set(threading.enumerate())

    async with running(world, memory):
        assert len(set(threading.enumerate()) - before) > 1

    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert {name for name in left if not name.startswith("asyncio_")} == set()


async def test_a_worker_takes_only_the_queues_that_it_was_given(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.email()
    await world.check()
    clock.move(minutes=2)
    await take_down_late(world.site)

    async with Workers(world.site, memory, no_json, queues=["probes"]):
        Outlet(memory)(world.sent)
        assert memory.queues["alerts"].qsize() == 1

    assert mailbox.envelopes == []


async def test_a_worker_runs_until_it_is_told_to_stop(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.email()
    await world.check()
    clock.move(minutes=2)
    await take_down_late(world.site)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(world.site, memory, no_json, stop, queues=["alerts"]))
    Outlet(memory)(world.sent)

    async def sent() -> bool:
        return [row.state for row in await world.notifications()] == [NotificationState.SENT]

    await eventually(sent)
    stop.set()
    await asyncio.wait_for(worker, 20)

    assert len(mailbox.envelopes) == 1
