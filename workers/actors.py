"""The actors: what the broker's messages make happen. Each runs on Dramatiq's loop and touches no database there."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

import dramatiq

from app.pipeline import alerting, due_letters
from workers import letters, sending
from workers.broker import QUEUES
from workers.home import Home


def declare_actors(broker: dramatiq.Broker, home: Home) -> None:
    """Let messages of this broker be worked on in this process."""
    senders = {alerting.DELIVER: sending.send_notification, due_letters.SEND: letters.send_letter}
    for name, send in senders.items():
        _declare(broker, name, partial(send, home))


def _declare(broker: dramatiq.Broker, name: str, send: Callable[[str, int], Awaitable[None]]) -> None:
    @dramatiq.actor(broker=broker, actor_name=name, queue_name=QUEUES[name])
    async def act(uuid: str, attempt: int = 0) -> None:
        await send(uuid, attempt)

    # On its lower level an actor logs its arguments.
    act.logger.setLevel(logging.INFO)
