"""The actors: what the broker's messages make happen. Each runs on Dramatiq's loop and touches no database there."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

import dramatiq

from app.pipeline import alerting, due, due_letters
from workers import letters, sending
from workers.broker import QUEUES
from workers.home import Home
from workers.probing import Probing


def declare_actors(broker: dramatiq.Broker, home: Home, probing: Probing) -> None:
    """Let messages of this broker be worked on in this process."""
    senders = {alerting.DELIVER: sending.send_notification, due_letters.SEND: letters.send_letter}
    for name, send in senders.items():
        _declare(broker, name, partial(send, home))
    _declare_probes(broker, probing)


def _declare(broker: dramatiq.Broker, name: str, send: Callable[[str, int], Awaitable[None]]) -> None:
    @dramatiq.actor(broker=broker, actor_name=name, queue_name=QUEUES[name])
    async def act(uuid: str, attempt: int = 0) -> None:
        await send(uuid, attempt)

    # On its lower level an actor logs its arguments.
    act.logger.setLevel(logging.INFO)


def _declare_probes(broker: dramatiq.Broker, probing: Probing) -> None:
    @dramatiq.actor(broker=broker, actor_name=due.RUN, queue_name=QUEUES[due.RUN])
    async def run(batch: str) -> None:
        await probing.run_batch(batch)

    run.logger.setLevel(logging.INFO)
