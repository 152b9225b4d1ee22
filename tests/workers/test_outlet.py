"""The outlet never raises, never blocks its caller, and leaves to the sweep what the broker does not take."""

import asyncio
import threading

import dramatiq
import pytest

from app.db.outbox import Message
from app.pipeline.alerting import DELIVER
from app.pipeline.due import RUN
from tests.workers.conftest import eventually
from tests.workers.servers import free_port
from workers import outlet as outlet_module
from workers.broker import ALERTS, PROBES, close_broker, make_broker, waiting
from workers.outlet import Outlet


def owed(*uuids: str) -> list[Message]:
    return [Message(DELIVER, (uuid, 0)) for uuid in uuids]


async def test_messages_reach_the_actor_of_their_name_in_order(broker: dramatiq.Broker) -> None:
    outlet = Outlet(broker)
    seen: list[tuple[str, int]] = []

    @dramatiq.actor(broker=broker, actor_name=DELIVER, queue_name=ALERTS)
    def note(uuid: str, attempt: int) -> None:
        seen.append((uuid, attempt))

    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    outlet(owed("a", "b"))
    outlet([])
    outlet(owed("c"))
    await asyncio.to_thread(outlet.close)
    await asyncio.to_thread(broker.join, ALERTS, timeout=20_000)
    await asyncio.to_thread(worker.stop)

    assert sorted(seen) == [("a", 0), ("b", 0), ("c", 0)]


async def test_a_full_queue_takes_no_more(
    broker: dramatiq.Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outlet_module, "MOST_WAITING", 3)
    outlet = Outlet(broker)

    outlet(owed("a", "b"))
    outlet(owed("c", "d", "e"))
    outlet(owed("f"))
    await asyncio.to_thread(outlet.close)

    assert waiting(broker, ALERTS) == 3
    assert "Queue alerts is full: 2 messages are left to the sweep" in caplog.text
    assert "Queue alerts is full: 1 messages are left to the sweep" in caplog.text


async def test_a_message_can_name_a_queue_and_an_age_of_its_own(broker: dramatiq.Broker) -> None:
    outlet = Outlet(broker)
    seen: list[object] = []

    @dramatiq.actor(broker=broker, actor_name=RUN, queue_name=PROBES)
    def note(batch: str) -> None:
        seen.append((batch, note_options()))

    def note_options() -> object:
        return ages.pop(0)

    ages: list[object] = []

    class Note(dramatiq.Middleware):
        def before_process_message(self, _broker, message) -> None:
            ages.append((message.queue_name, message.options.get("max_age")))

    broker.add_middleware(Note())
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    outlet([Message(RUN, ("a batch",), queue=ALERTS, max_age=60)])
    outlet([Message(RUN, ("another",))])
    await asyncio.to_thread(outlet.close)
    for queue in (ALERTS, PROBES):
        await asyncio.to_thread(broker.join, queue, timeout=20_000)
    await asyncio.to_thread(worker.stop)

    assert sorted(seen, key=repr) == [("a batch", (ALERTS, 60_000)), ("another", (PROBES, None))]


async def test_a_queue_has_room_until_enough_waits_in_it(
    broker: dramatiq.Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "FEW_WAITING", 2)
    outlet = Outlet(broker)
    assert outlet.has_room(PROBES)

    outlet([Message(RUN, ("one",)), Message(RUN, ("two",))])

    async def full() -> bool:
        return not outlet.has_room(PROBES)

    await eventually(full)
    assert outlet.has_room(ALERTS)
    broker.flush(PROBES)

    async def empty() -> bool:
        return outlet.has_room(PROBES)

    await eventually(empty)
    await asyncio.to_thread(outlet.close)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
async def test_a_broker_that_is_down_has_no_room(scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    broker = make_broker(f"{scheme}://127.0.0.1:{free_port()}")
    outlet = Outlet(broker)

    async def refused() -> bool:
        return not outlet.has_room(PROBES)

    await eventually(refused)
    await asyncio.to_thread(outlet.close)
    close_broker(broker)

    assert caplog.text.count("nothing is put into probes.built-in") == 1


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
async def test_a_broker_that_is_down_is_logged_and_forgotten(scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    broker = make_broker(f"{scheme}://127.0.0.1:{free_port()}")
    outlet = Outlet(broker)

    outlet(owed("a", "b"))

    async def logged() -> bool:
        return "The broker does not answer: 2 messages are left to the sweep" in caplog.text

    await eventually(logged)
    await asyncio.to_thread(outlet.close)
    close_broker(broker)


async def test_a_slow_broker_costs_messages_and_not_memory(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outlet_module, "_MOST_BATCHES", 1)
    answers = threading.Event()
    broker = make_broker(f"redis://127.0.0.1:{free_port()}")
    monkeypatch.setattr(outlet_module, "waiting", lambda *_: answers.wait(20) and 0)
    outlet = Outlet(broker)

    for _ in range(3):
        outlet(owed("a"))

    assert "The broker is too slow: 1 messages are left to the sweep" in caplog.text
    answers.set()
    await asyncio.to_thread(outlet.close)
    close_broker(broker)
