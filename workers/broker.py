"""The broker carries names of rows to the actors; a message may be lost or doubled without harm (DESIGN section 4)."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import redis
import uvloop
from dramatiq import Broker, Message, MessageProxy, Worker
from dramatiq.asyncio import EventLoopThread, get_event_loop_thread, set_event_loop_thread
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.common import dq_name
from dramatiq.middleware import AgeLimit, AsyncIO, Middleware, SkipMessage
from pika.exceptions import AMQPError  # type: ignore[import-untyped]  # it has no annotations

from app.errors import InvalidInput
from app.pipeline import alerting, due, due_letters

ALERTS = "alerts"
LETTERS = "letters"
PROBES = due.BUILT_IN_QUEUE
QUEUES = {alerting.DELIVER: ALERTS, due_letters.SEND: LETTERS, due.RUN: PROBES}
"""In which queue the messages for each actor wait, if they do not name another."""

SPARED = "spared"
"""A task of this name on the loop of the actors ends soon by itself: it is not cancelled when a worker stops."""

FINISH_SECONDS = 10
"""When a worker stops, what it has under way gets so long to finish."""

_LOOP_START_SECONDS = 5.0
_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 20
_NAMESPACE = "heliograph"


def make_broker(url: str) -> Broker:
    """Return the broker that `HELIOGRAPH_BROKER_URL` names; it connects when first used. InvalidInput for others."""
    broker = _made(url)
    for queue in sorted(set(QUEUES.values())):
        broker.declare_queue(queue)
        _hide_arguments(f"ConsumerThread({queue})", f"ConsumerThread({dq_name(queue)})")
    _hide_arguments("WorkerThread")
    return broker


def _made(url: str) -> Broker:
    make = _MAKERS.get(urlsplit(url).scheme)
    if make is None:
        raise InvalidInput("HELIOGRAPH_BROKER_URL must begin with memory://, redis:// or amqp://.")
    try:
        return make(url, [_AgeLimit(), _Loop()])
    except ValueError as error:
        # What the libraries say of a URL may repeat its password.
        raise InvalidInput("HELIOGRAPH_BROKER_URL must be like redis://host:6379/0 or amqp://user@host.") from error


def waiting(broker: Broker, queue: str) -> int:
    """Return how many messages wait in a queue, without those that a worker has taken."""
    if isinstance(broker, RedisBroker):
        return int(broker.client.llen(f"{broker.namespace}:{queue}"))
    if isinstance(broker, RabbitmqBroker):
        return _waiting_at_rabbitmq(broker, queue)
    return int(broker.queues[queue].qsize())


def _waiting_at_rabbitmq(broker: RabbitmqBroker, queue: str) -> int:
    try:
        return broker.get_queue_message_counts(queue)[0]
    except AMQPError:
        # The server ends connections that are idle for minutes, and who only asks would never make another.
        del broker.connection
        return broker.get_queue_message_counts(queue)[0]


def close_broker(broker: Broker) -> None:
    """Close the connections of a broker that no worker uses any more."""
    broker.close()
    if isinstance(broker, RedisBroker):
        broker.client.close()


class MemoryBroker(StubBroker):
    """A broker within the process. What fails is dropped, not collected: the rows say what is still to do."""

    def __init__(self, middleware: list[Middleware]) -> None:
        super().__init__(middleware)
        self.dead_letters_by_queue = defaultdict(_nothing)


class _AgeLimit(AgeLimit):
    """Drops messages that are older than they say. The rows say what is still to do: it is not kept as failed."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        try:
            super().before_process_message(broker, message)  # type: ignore[no-untyped-call]  # it has no annotations
        except SkipMessage:
            message.failed = False
            raise


class _LoopThread(EventLoopThread):
    """The thread of an event loop of the kind that the web server has: libcurl's sockets cost it less."""

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__(logger)
        self.loop.close()
        self.loop = uvloop.new_event_loop()


class _Loop(AsyncIO):
    """The event loop of the actors. Before it stops, what runs on it may finish, and what does not is cancelled."""

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - dramatiq's signature
        thread = _LoopThread(self.logger)
        thread.start(timeout=_LOOP_START_SECONDS)
        set_event_loop_thread(thread)

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - dramatiq's signature
        thread = get_event_loop_thread()
        if thread is not None:
            thread.loop.call_soon_threadsafe(thread.loop.call_later, FINISH_SECONDS, _cancel_all, thread.loop)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        if task.get_name() != SPARED:
            task.cancel()


def _nothing() -> Any:
    """Return what Dramatiq may append to and what stays empty."""
    return deque(maxlen=0)


def _memory(_url: str, middleware: list[Middleware]) -> Broker:
    return MemoryBroker(middleware)


def _redis(url: str, middleware: list[Middleware]) -> Broker:
    client = redis.Redis.from_url(url, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_ANSWER_SECONDS)
    make: Any = RedisBroker  # which has no annotations
    return cast("Broker", make(client=client, middleware=middleware, namespace=_NAMESPACE))


def _rabbitmq(url: str, middleware: list[Middleware]) -> Broker:
    bounds = f"socket_timeout={_CONNECT_SECONDS}&blocked_connection_timeout={_ANSWER_SECONDS}"
    joint = "&" if urlsplit(url).query else "?"
    return RabbitmqBroker(url=f"{url}{joint}{bounds}", middleware=middleware, confirm_delivery=True)


_MAKERS: dict[str, Callable[[str, list[Middleware]], Broker]] = {
    "memory": _memory,
    "redis": _redis,
    "rediss": _redis,
    "amqp": _rabbitmq,
    "amqps": _rabbitmq,
}


def _hide_arguments(*threads: str) -> None:
    """Keep the arguments of messages out of what these threads of Dramatiq log."""
    for name in threads:
        logging.getLogger(f"dramatiq.worker.{name}").addFilter(_without_arguments)


def _without_arguments(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(_named(value) for value in record.args)
    return True


def _named(value: Any) -> Any:
    return f"{value.actor_name} {value.message_id}" if isinstance(value, (Message, MessageProxy)) else value
