"""The way from a committed transaction to the broker (DESIGN section 4: outbox messages leave after commit)."""

import logging
import queue
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

import dramatiq

from app.db.outbox import Message
from workers.broker import QUEUES, MemoryBroker, waiting

MOST_WAITING = 10_000
"""While so many messages wait in a queue no more are added: the sweep brings them later."""

FEW_WAITING = 20
"""With fewer messages than this in its queue a worker is not behind."""

_MOST_BATCHES = 1_000
_CLOSE_SECONDS = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Look:
    """Asks the thread how many messages wait in a queue."""

    queue_name: str


class Outlet:
    """Hands messages to the broker: `deliver` of a `Database`. It never raises and never waits for the network.

    What a broker in another process is told goes through one thread, in order.
    """

    def __init__(self, broker: dramatiq.Broker) -> None:
        self.broker = broker
        self._batches: queue.Queue[Sequence[Message] | _Look | None] = queue.Queue(_MOST_BATCHES)
        self._behind: set[str] = set()
        self._thread: threading.Thread | None = None
        if not isinstance(broker, MemoryBroker):
            self._thread = threading.Thread(target=self._run, name="outlet", daemon=True)
            self._thread.start()

    def __call__(self, messages: Sequence[Message]) -> None:
        """Send messages on their way. What cannot be sent is logged and left to the sweep."""
        if self._thread is None:
            self._send(messages)
            return
        try:
            self._batches.put_nowait(tuple(messages))
        except queue.Full:
            _log.warning("The broker is too slow: %d messages are left to the sweep", len(messages))

    def has_room(self, queue_name: str) -> bool:
        """Tell whether few messages wait in a queue; of a broker in another process, when it was last looked at.

        A broker that does not answer has none.
        """
        if self._thread is None:
            return waiting(self.broker, queue_name) < FEW_WAITING
        with suppress(queue.Full):
            self._batches.put_nowait(_Look(queue_name))
        return queue_name not in self._behind

    def close(self) -> None:
        """Send what waits, within five seconds, and end the thread."""
        if self._thread is None:
            return
        try:
            self._batches.put(None, timeout=_CLOSE_SECONDS)
        except queue.Full:
            _log.warning("The broker is too slow: what still waits for it is left to the sweep")
        else:
            self._thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        while (wanted := self._batches.get()) is not None:
            if isinstance(wanted, _Look):
                self._look(wanted.queue_name)
            else:
                self._send(wanted)

    def _look(self, queue_name: str) -> None:
        try:
            is_behind = waiting(self.broker, queue_name) >= FEW_WAITING
        except Exception as error:  # noqa: BLE001 - each broker's library has errors of its own
            is_behind = True
            if queue_name not in self._behind:
                _log.warning("The broker does not answer (%s): nothing is put into %s", error, queue_name)
        if is_behind:
            self._behind.add(queue_name)
        else:
            self._behind.discard(queue_name)

    def _send(self, messages: Sequence[Message]) -> None:
        try:
            for queue_name, batch in groupby(messages, key=_queue_of):
                self._send_to(queue_name, list(batch))
        except Exception:  # noqa: BLE001 - each broker's library has errors of its own, and the rows are safe
            _log.exception("The broker does not answer: %d messages are left to the sweep", len(messages))

    def _send_to(self, queue_name: str, messages: Sequence[Message]) -> None:
        room = MOST_WAITING - waiting(self.broker, queue_name)
        for message in messages[: max(room, 0)]:
            self.broker.enqueue(
                dramatiq.Message(
                    queue_name=queue_name,
                    actor_name=message.actor,
                    args=message.arguments,
                    kwargs={},
                    options={} if message.max_age is None else {"max_age": message.max_age * 1000},
                )
            )
        if room < len(messages):
            _log.warning(
                "Queue %s is full: %d messages are left to the sweep", queue_name, len(messages) - max(room, 0)
            )


def _queue_of(message: Message) -> str:
    return message.queue or QUEUES[message.actor]
