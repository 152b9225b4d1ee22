"""A worker in this process: embedded in `heliograph serve`, or alone in `heliograph worker`."""

import asyncio
from collections.abc import Collection
from typing import Self

import dramatiq

from app.pipeline.renderers import Renderers
from app.site import Site
from workers.actors import declare_actors
from workers.broker import FINISH_SECONDS, PROBES
from workers.home import Home
from workers.probing import MakeRuns, Probing, ProbingStops, make_runner

THREADS = 24
"""So many alerts and letters are sent at once; each waits for the network nearly all of its time."""

PROBE_THREADS = 4
"""So many batches of runs are begun at once: they leave the other threads to alerts."""

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
        make_runs: MakeRuns = make_runner,
    ) -> None:
        """`queues` are those to work on, or all; `make_runs` returns what runs monitors."""
        self._site = site
        self._broker = broker
        self._renderers = renderers
        self._make_runs = make_runs
        self._worker = _Worker(
            broker,
            queues=set(queues) if queues else None,
            worker_threads=THREADS + PROBE_THREADS,
            worker_timeout=_IDLE_MILLISECONDS,
        )

    async def start(self) -> None:
        """Begin to work. Called once, on the loop of the database."""
        home = Home.here(self._site, self._renderers)
        probing = Probing(home, self._make_runs)
        declare_actors(self._broker, home, probing)
        self._broker.add_middleware(ProbingStops(probing))
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


class _Worker(dramatiq.Worker):
    """Takes no more batches of runs from the broker than it has threads for."""

    def _add_consumer(self, queue_name: str, *, delay: bool = False) -> None:
        usual = self.queue_prefetch
        if queue_name == PROBES:
            self.queue_prefetch = PROBE_THREADS
        super()._add_consumer(queue_name, delay=delay)
        self.queue_prefetch = usual
