"""The outlet never raises, never blocks its caller, and leaves to the sweep what the broker does not take."""

import asyncio
import threading

import dramatiq
import pytest

from app.db.outbox import Message
from app.pipeline.alerting import DELIVER
from tests.workers.conftest import eventually
from tests.workers.servers import free_port
from workers import outlet as outlet_module
from workers.broker import ALERTS, close_broker, make_broker, waiting
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
