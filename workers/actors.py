"""The actors: what the broker's messages make happen. Each runs on Dramatiq's loop and touches no database there."""

import logging

import dramatiq

from app.pipeline import alerting
from workers import sending
from workers.broker import QUEUES
from workers.home import Home


def declare_actors(broker: dramatiq.Broker, home: Home) -> None:
    """Let messages of this broker be worked on in this process."""
    name = alerting.DELIVER

    @dramatiq.actor(broker=broker, actor_name=name, queue_name=QUEUES[name])
    async def deliver(uuid: str, attempt: int = 0) -> None:
        await sending.send_notification(home, uuid, attempt)

    # On its lower level an actor logs its arguments.
    deliver.logger.setLevel(logging.INFO)
