"""From what is due to what is recorded, over each broker and each database."""

import asyncio
from datetime import timedelta
from typing import Any

import dramatiq
import pytest
from sqlalchemy import select

from app.db.outbox import Message
from app.models.tables import monitor_locations, runs
from app.pipeline.due import order_runs
from app.pipeline.watch import take_down_late
from app.rules import due_times
from app.rules.due_times import LEASE_MARGIN_SECONDS
from app.rules.outcomes import Outcome, ProbeKind
from app.store.monitors import MonitorRecord
from tests.app.receiver import SILENCE, Receiver, answer
from tests.conftest import MovedClock
from tests.workers.conftest import eventually, running
from tests.workers.servers import Mailbox
from tests.world import World
from workers import broker as broker_module
from workers import probing
from workers.broker import make_broker


@pytest.fixture
def memory() -> dramatiq.Broker:
    return make_broker("memory://")


async def probed(world: World, name: str, receiver: Receiver, **values: Any) -> MonitorRecord:
    """A monitor of the receiver's address, due now."""
    return await world.monitor(name, kind=ProbeKind.HTTP, address=receiver.url, steps=(), **values)


async def outcomes(world: World) -> dict[int, list[Outcome]]:
    found: dict[int, list[Outcome]] = {}
    for row in await world.site.database.rows(select(runs.c.watchable_id, runs.c.outcome).order_by(runs.c.id)):
        found.setdefault(row.watchable_id, []).append(row.outcome)
    return found


async def test_what_is_due_is_run_and_recorded(world: World, clock: MovedClock, broker: dramatiq.Broker) -> None:
    due_at = clock.now
    async with Receiver() as works, Receiver([answer(500)]) as fails:
        good, bad = await probed(world, "good", works), await probed(world, "bad", fails)
        clock.move(seconds=2)

        async with running(world, broker):
            assert await order_runs(world.site) == 2
            await eventually(lambda: _recorded(world, 2))

    assert await outcomes(world) == {good.id: [Outcome.PASS], bad.id: [Outcome.FAIL]}
    for monitor in (good, bad):
        [place] = await world.places_of(monitor)
        assert (place.due_at, place.look_at) == (due_at + timedelta(seconds=60),) * 2
    assert [len(receiver.requests) for receiver in (works, fails)] == [1, 1]


async def _recorded(world: World, number: int) -> bool:
    return sum(map(len, (await outcomes(world)).values())) == number


async def test_a_result_does_not_wait_for_the_end_of_its_batch(world: World, memory: dramatiq.Broker) -> None:
    async with Receiver() as quick, Receiver([SILENCE]) as slow:
        first, last = await probed(world, "quick", quick), await probed(world, "slow", slow)

        async with running(world, memory):
            await order_runs(world.site)
            await eventually(lambda: _recorded(world, 1))
            assert len(slow.requests) == 1
            assert set(await outcomes(world)) == {first.id}
            [place] = await world.places_of(last)
            slow._server.close()
            for task in slow._open:
                task.cancel()
            await eventually(lambda: _recorded(world, 2))

    assert place.look_at > place.due_at


async def test_a_message_that_comes_twice_is_recorded_once(world: World, memory: dramatiq.Broker) -> None:
    async with Receiver() as receiver:
        monitor = await probed(world, "shop", receiver)
        await order_runs(world.site)
        [message] = world.sent
        other = await probed(world, "other", receiver)
        await order_runs(world.site)

        async with running(world, memory) as machine:
            machine.outlet([message, message, *world.sent[1:]])
            await eventually(lambda: _all_asked(receiver, 3))
            await eventually(lambda: _recorded(world, 2))

    assert await outcomes(world) == {monitor.id: [Outcome.PASS], other.id: [Outcome.PASS]}


async def _all_asked(receiver: Receiver, number: int) -> bool:
    return len(receiver.requests) == number


async def test_a_batch_that_comes_too_late_is_left_to_the_end_of_its_leases(
    world: World, clock: MovedClock, memory: dramatiq.Broker, caplog: pytest.LogCaptureFixture
) -> None:
    async with Receiver() as receiver:
        late = await probed(world, "late", receiver)
        await order_runs(world.site)
        clock.move(seconds=11)
        fresh = await probed(world, "fresh", receiver)
        await order_runs(world.site)

        async with running(world, memory) as machine:
            machine.outlet(world.sent)
            await eventually(lambda: _recorded(world, 1))

    assert await outcomes(world) == {fresh.id: [Outcome.PASS]}
    assert "No room in time for 1 of 1 runs" in caplog.text
    [place] = await world.places_of(late)
    assert place.look_at == place.due_at + timedelta(seconds=late.timeout + LEASE_MARGIN_SECONDS)


async def test_a_batch_of_another_site_is_dropped(
    world: World, memory: dramatiq.Broker, caplog: pytest.LogCaptureFixture
) -> None:
    async with Receiver() as receiver:
        await probed(world, "shop", receiver)
        async with running(world, memory) as machine:
            machine.outlet([Message("probes.run", ("nonsense",))])
            await order_runs(world.site)
            await eventually(lambda: _recorded(world, 1))

    assert "A batch of runs was dropped: A message does not open" in caplog.text


async def test_stopping_lets_a_run_finish_and_records_it(world: World, memory: dramatiq.Broker) -> None:
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    async def take_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await may_answer.wait()
        writer.write(answer())
        writer.close()

    server = await asyncio.start_server(take_time, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    monitor = await world.monitor("slow", kind=ProbeKind.HTTP, address=url, steps=())
    async with running(world, memory) as machine:
        await order_runs(world.site)
        await asyncio.wait_for(arrived.wait(), 20)
        stopping = asyncio.create_task(machine.workers.stop())
        await asyncio.sleep(0)
        may_answer.set()
        await asyncio.wait_for(stopping, 20)
    server.close()
    await server.wait_closed()

    assert await outcomes(world) == {monitor.id: [Outcome.PASS]}


async def test_stopping_cancels_what_does_not_finish_and_records_nothing_of_it(
    world: World, memory: dramatiq.Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "FINISH_SECONDS", 0.05)
    monkeypatch.setattr(probing, "FINISH_SECONDS", 0.05)
    async with Receiver([SILENCE]) as receiver:
        monitor = await probed(world, "slow", receiver)
        async with running(world, memory):
            await order_runs(world.site)
            await eventually(lambda: _all_asked(receiver, 1))

    assert await outcomes(world) == {}
    [place] = await world.places_of(monitor)
    assert (place.lease, place.look_at > place.due_at) == (1, True)


async def test_alerts_leave_while_runs_wait_for_a_place(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_times, "BEGIN_SECONDS", 600)
    monkeypatch.setattr(probing, "RUNS_AT_ONCE", 1)
    monkeypatch.setattr(broker_module, "FINISH_SECONDS", 0.05)
    monkeypatch.setattr(probing, "FINISH_SECONDS", 0.05)
    await world.email()
    await world.check()
    clock.move(minutes=2)
    async with Receiver([SILENCE]) as receiver:
        for number in range(40):
            await probed(world, f"slow {number}", receiver)
        async with running(world, memory):
            while await order_runs(world.site, limit=1):
                pass
            await eventually(lambda: _all_asked(receiver, 1))
            assert await take_down_late(world.site) == 1

            async def told() -> bool:
                return len(mailbox.envelopes) == 1

            await eventually(told)

    leases = await world.site.database.rows(select(monitor_locations.c.lease))
    assert {lease for (lease,) in leases} == {1}
