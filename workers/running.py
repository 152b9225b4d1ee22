"""A worker in this process: embedded in `heliograph serve`, or alone in `heliograph worker`."""

import asyncio
from collections.abc import Collection
from typing import Self

import dramatiq

from app.pipeline.renderers import Renderers
from app.site import Site
from workers.actors import declare_actors
from workers.broker import FINISH_SECONDS
from workers.home import Home

THREADS = 24
"""So many messages are worked on at once; each waits for the network nearly all of its time."""

_STOP_SECONDS = FINISH_SECONDS + 10
_IDLE_MILLISECONDS = 500


class Workers:
    """Works on the broker's messages beside the running loop, which the database belongs to. One a process."""

    def __init__(
        self,
        site: Site,
        broker: dramatiq.Broker,
        renderers: Renderers,
        *,
        queues: Collection[str] | None = None,
    ) -> None:
        """`queues` are those to work on, or all."""
        self._site = site
        self._broker = broker
        self._renderers = renderers
        self._worker = dramatiq.Worker(
            broker,
            queues=set(queues) if queues else None,
            worker_threads=THREADS,
            worker_timeout=_IDLE_MILLISECONDS,
        )

    async def start(self) -> None:
        """Begin to work. Called once, on the loop of the database."""
        declare_actors(self._broker, Home.here(self._site, self._renderers))
        # Dramatiq's own command does the same: middleware may wait for it.
        self._broker.emit_after("process_boot")
        await asyncio.to_thread(self._worker.start)

    async def stop(self) -> None:
        """Take no more messages, let what is under way finish for ten seconds, cancel the rest."""
        await asyncio.to_thread(self._worker.stop, timeout=_STOP_SECONDS * 1000)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop."""
        await self.stop()


async def run_worker(
    site: Site,
    broker: dramatiq.Broker,
    renderers: Renderers,
    stop: asyncio.Event,
    *,
    queues: Collection[str] | None = None,
) -> None:
    """Work until `stop` is set."""
    async with Workers(site, broker, renderers, queues=queues):
        await stop.wait()
