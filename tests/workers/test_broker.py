"""Brokers by their URL, and what they keep to themselves."""

import asyncio
import logging

import dramatiq
import pytest
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker

from app.errors import InvalidInput
from workers.broker import ALERTS, LETTERS, PROBES, MemoryBroker, close_broker, make_broker, waiting


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory://", MemoryBroker),
        ("redis://127.0.0.1:1/0", RedisBroker),
        ("amqp://127.0.0.1:1", RabbitmqBroker),
        ("amqp://127.0.0.1:1/%2F?heartbeat=30", RabbitmqBroker),
    ],
)
def test_the_url_names_the_kind_and_nothing_connects_yet(url: str, kind: type[dramatiq.Broker]) -> None:
    broker = make_broker(url)

    assert isinstance(broker, kind)
    assert {ALERTS, LETTERS, PROBES} <= set(broker.get_declared_queues())
    close_broker(broker)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "127.0.0.1:6379", "sqs://queue"])
def test_another_url_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(InvalidInput, match="HELIOGRAPH_BROKER_URL must begin with memory://, redis:// or amqp://"):
        make_broker(url)


def message(actor: str = "loud", argument: str = "s3cr3t") -> dramatiq.Message[None]:
    return dramatiq.Message(queue_name=ALERTS, actor_name=actor, args=(argument,), kwargs={}, options={})


def test_messages_wait_in_their_queue(broker: dramatiq.Broker) -> None:
    assert waiting(broker, ALERTS) == 0

    broker.enqueue(message())
    broker.enqueue(message())

    assert waiting(broker, ALERTS) == 2


@pytest.mark.parametrize("broker_url", ["rabbitmq"], indirect=True)
def test_waiting_messages_are_counted_also_after_the_server_ended_the_connection(broker: dramatiq.Broker) -> None:
    broker.enqueue(message())
    broker.connection.close()

    assert waiting(broker, ALERTS) == 1
    assert waiting(broker, ALERTS) == 1


async def test_a_message_that_is_too_old_is_dropped_and_not_kept(
    broker: dramatiq.Broker, caplog: pytest.LogCaptureFixture
) -> None:
    seen = []

    @dramatiq.actor(broker=broker, actor_name="loud", queue_name=ALERTS)
    def loud(argument: str) -> None:
        seen.append(argument)

    for argument, milliseconds in (("old", 1), ("fresh", 600_000)):
        broker.enqueue(message(argument=argument).copy(message_timestamp=0, options={"max_age": milliseconds}))
    broker.enqueue(message(argument="new").copy(options={"max_age": 600_000}))
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    await asyncio.to_thread(broker.join, ALERTS, timeout=20_000)
    worker.stop()

    assert seen == ["new"]
    assert caplog.text.count("has exceeded its age limit") == 2
    assert dead_letters(broker) == 0


def dead_letters(broker: dramatiq.Broker) -> int:
    if isinstance(broker, RedisBroker):
        return broker.client.zcard(f"heliograph:{ALERTS}.XQ")
    if isinstance(broker, RabbitmqBroker):
        return broker.get_queue_message_counts(ALERTS)[2]
    return len(broker.dead_letters)


async def test_arguments_of_messages_stay_out_of_the_logs(
    broker: dramatiq.Broker, caplog: pytest.LogCaptureFixture
) -> None:
    @dramatiq.actor(broker=broker, actor_name="loud", queue_name=ALERTS)
    def loud(_secret: str) -> None:
        raise RuntimeError("failed")

    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    with caplog.at_level(logging.INFO):
        worker.start()
        broker.enqueue(message())
        await asyncio.to_thread(broker.join, ALERTS, timeout=20_000)
        worker.stop()

    assert "Failed to process message loud" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_the_memory_broker_keeps_nothing_of_what_nobody_handles() -> None:
    broker = make_broker("memory://")
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()

    broker.enqueue(message("nobody"))
    await asyncio.to_thread(broker.join, ALERTS, timeout=20_000)
    worker.stop()

    assert isinstance(broker, MemoryBroker)
    assert list(broker.dead_letters) == []
    assert ALERTS in broker.dead_letters_by_queue
