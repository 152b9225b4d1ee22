"""Running batches of monitors: begun on the loop of the actors, recorded at home as their results come.

Nothing here is tried again: what is not recorded is claimed anew when its lease ends (DESIGN section 3, way 2).
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any, Protocol

from dramatiq import Broker, Worker
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware

from app.pipeline.verdicts import record_results
from app.runs.messages import unpack_orders
from app.runs.plan import RunClaim, RunOrder, RunPlan
from app.runs.result import RunResult
from app.runs.runner import Runner
from app.site import Site
from workers.broker import FINISH_SECONDS, SPARED
from workers.home import Home
from workers.run_slots import RunSlots, Slot

RUNS_AT_ONCE = 500
"""So many runs are in their first second in a process."""

SLOW_RUNS = 1_500
"""So many more have gone on for longer, and wait for their targets."""

GATHER_SECONDS = 0.1
"""Results that come within so long are recorded together."""

RESULTS_AT_ONCE = 1_000
"""While so many results wait for the database no more runs begin."""

RECORDED_AT_ONCE = 200
"""No more results than this go home together, so that they are recorded in time."""

_GRACE_SECONDS = 3.0
"""A run ends by itself in time; so long after it is ended."""

_RECORD_SECONDS = 5.0
_log = logging.getLogger(__name__)

Result = tuple[RunClaim, RunResult]


class Runs(Protocol):
    """Runs plans, and is closed after the last."""

    async def run(self, plan: RunPlan) -> RunResult:
        """Run one and tell how it went, whatever its targets do."""
        ...


MakeRuns = Callable[[Site], AbstractAsyncContextManager[Runs]]


def make_runner(site: Site) -> Runner:
    """Return what runs plans in this process, on the running loop."""
    return Runner(allow_private=site.settings.allow_private_targets, clock=site.clock)


class Probing:
    """The runs of one process. Made anywhere; all else happens on the loop of the actors."""

    def __init__(self, home: Home, make_runs: MakeRuns) -> None:
        self._home = home
        self._make_runs = make_runs
        self._runs: Runs | None = None
        self._opened = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._slots = RunSlots(young=RUNS_AT_ONCE, old=SLOW_RUNS)
        self._under_way: set[asyncio.Task[None]] = set()
        self._gathered = _Gathered(self._record)
        self.is_stopping = False

    async def run_batch(self, message: str) -> None:
        """Begin the runs of a batch; those that have no room in time are left to the end of their leases.

        Ends when the last of them has begun: the leases vouch for the rest, and a target that takes its time holds up
        no other batch. Never raises.
        """
        try:
            orders = unpack_orders(self._home.site.vault, message)
            runs = await self._opened_runs()
            begun = await self._begin_all(runs, orders)
        except ValueError as error:
            _log.error("A batch of runs was dropped: %s", error)
        except asyncio.CancelledError:
            _log.warning("Stopped while a batch of runs was begun; the rest is claimed anew")
        except Exception:  # noqa: BLE001 - an actor has nobody to raise to
            _log.exception("A batch of runs could not be begun; they are claimed anew")
        else:
            if not all(begun) and not self.is_stopping:
                _log.warning("No room in time for %d of %d runs; they are claimed anew", begun.count(False), len(begun))

    async def close(self) -> None:
        """Let what is under way end, for ten seconds, and be recorded; give everything back."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=FINISH_SECONDS)
            for run in late:
                run.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._gathered.settled(_RECORD_SECONDS)
        self._runs = None
        await self._opened.aclose()

    async def _opened_runs(self) -> Runs:
        async with self._opening:
            if self._runs is None:
                self._runs = await self._opened.enter_async_context(self._make_runs(self._home.site))
            return self._runs

    async def _begin_all(self, runs: Runs, orders: Sequence[RunOrder]) -> list[bool]:
        """Begin runs in their order, but last those of projects that have more than enough under way."""
        begun, last = [], []
        for order in orders:
            if self._slots.is_too_much(order.plan.project_id):
                last.append(order)
            else:
                begun.append(await self._begin(runs, order))
        return begun + [await self._begin(runs, order) for order in last]

    async def _begin(self, runs: Runs, order: RunOrder) -> bool:
        """Begin one run when there is room; False when it is too late by then."""
        seconds = (order.begin_before - self._home.site.clock()).total_seconds()
        slot = await self._slot(order.plan.project_id, seconds) if seconds > 0 else None
        if slot is None:
            return False
        if self.is_stopping:
            slot.free()
            return False
        task = asyncio.create_task(self._one(runs, order))
        self._under_way.add(task)
        task.add_done_callback(partial(self._ended, slot))
        return True

    async def _slot(self, project_id: int, seconds: float) -> Slot | None:
        """Return room for a run, waiting so long for it and for the database; None when there is none by then."""
        if not self._gathered.is_full and (slot := self._slots.take_at_once(project_id)):
            return slot
        try:
            async with asyncio.timeout(seconds):
                await self._gathered.has_room()
                return await self._slots.take(project_id)
        except TimeoutError:
            return None

    def _ended(self, slot: Slot, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        slot.free()

    async def _one(self, runs: Runs, order: RunOrder) -> None:
        """Run one monitor and see to it that its result is recorded. Its failures are its own."""
        number = order.claim.monitor_id
        try:
            async with asyncio.timeout(order.plan.timeout + _GRACE_SECONDS):
                result = await runs.run(order.plan)
        except TimeoutError:
            _log.error("The run of monitor %d did not end in time; it is claimed anew", number)
        except Exception as error:  # noqa: BLE001 - one run must not end the others, and an actor has nobody to raise to
            # Not the error's own words: they may hold what the plan keeps secret.
            _log.error("The run of monitor %d failed (%s); it is claimed anew", number, type(error).__name__)
        else:
            self._gathered.add((order.claim, result))

    async def _record(self, results: Sequence[Result]) -> None:
        try:
            await self._home.at_home(record_results(self._home.site, results))
        except Exception:  # noqa: BLE001 - without a database nothing can be recorded
            _log.exception("%d results could not be recorded; their runs are claimed anew", len(results))


class _Gathered:
    """Results on their way home: what comes within a tenth of a second goes together, in the order in which it came."""

    def __init__(self, record: Callable[[Sequence[Result]], Coroutine[Any, Any, None]]) -> None:
        self._record = record
        self._waiting: list[Result] = []
        self._sending: asyncio.Task[None] | None = None
        self._went = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Tell whether as many results wait for the database as may."""
        return len(self._waiting) >= RESULTS_AT_ONCE

    async def has_room(self) -> None:
        """Wait until it is not full."""
        while self.is_full:
            self._went.clear()
            await self._went.wait()

    def add(self, result: Result) -> None:
        """Send a result with the next that go."""
        self._waiting.append(result)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(), name=SPARED)

    async def settled(self, seconds: float) -> None:
        """Wait so long for what is on its way."""
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=seconds)

    async def _send(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        while self._waiting:
            await self._record(self._waiting[:RECORDED_AT_ONCE])
            del self._waiting[:RECORDED_AT_ONCE]
            self._went.set()
        self._sending = None


class ProbingStops(Middleware):
    """Begins nothing once a worker is to stop, and closes what ran before the loop of the actors ends."""

    def __init__(self, probing: Probing) -> None:
        self._probing = probing

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - dramatiq's signature
        """Let no more runs begin."""
        self._probing.is_stopping = True

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - dramatiq's signature
        """Wait for what is under way."""
        thread = get_event_loop_thread()
        if thread is not None:
            thread.run_coroutine(self._close())

    async def _close(self) -> None:
        if task := asyncio.current_task():
            task.set_name(SPARED)
        await self._probing.close()
