"""The scheduler: loops that look at the clock. Several of them at once, in any processes, are safe."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from app.db.away import DATABASE_ERRORS, is_away
from app.pipeline import delivery, due, due_letters, letters, limits, owed, reminding, retention, watch
from app.site import Site

WATCH_SECONDS = 0.5
"""A deadline that another process set is noticed so soon; one that is known is met exactly."""

LOOK_SECONDS = 0.5
"""A monitor that another process resumed is run so soon; one whose time is known, in time."""

GATHER_SECONDS = 0.1
"""What becomes due within so long after a claim makes one batch."""

SWEEP_SECONDS = 3.0
REMIND_SECONDS = 3.0
NAG_SECONDS = 10.0
REPORT_SECONDS = 30.0
FORGET_SECONDS = 21_600.0

RETAIN_SECONDS = 60.0
RETAIN_PAUSE_SECONDS = 0.05
"""Between two steps of forgetting, others write."""

_LONGEST_BACKOFF = 30.0
_log = logging.getLogger(__name__)

Step = Callable[[Site], Coroutine[Any, Any, float]]
"""Does what is due and returns after how many seconds to look again."""


HasRoom = Callable[[str], bool]
"""Tells whether a queue takes more."""


def _always(_queue: str) -> bool:
    return True


async def run_scheduler(site: Site, stop: asyncio.Event, has_room: HasRoom = _always) -> None:
    """Run all loops until `stop` is set. Errors are logged and tried again."""

    async def probe_step(site: Site) -> float:
        return await order_step(site, has_room)

    steps = (watch_step, probe_step, sweep_step, remind_step, nag_step, report_step, forget_step, retain_step)
    async with asyncio.TaskGroup() as loops:
        for step in steps:
            loops.create_task(_repeat(step, site, stop), name=step.__name__)


async def watch_step(site: Site) -> float:
    """Take down what is late; pause until the next look is due, or half a second."""
    look_at = await watch.next_look(site)
    ahead = None if look_at is None else (look_at - site.clock()).total_seconds()
    if ahead is None or ahead > 0:
        return min(ahead or WATCH_SECONDS, WATCH_SECONDS)
    # What is late and not to be had is in the hands of another process.
    return 0.0 if await watch.take_down_late(site) else WATCH_SECONDS


async def order_step(site: Site, has_room: HasRoom) -> float:
    """Order the runs that are due, if the workers keep up; look again at once when more are waiting."""
    look_at = await due.next_look(site)
    ahead = None if look_at is None else (look_at - site.clock()).total_seconds()
    if ahead is None or ahead > 0:
        return min(ahead or LOOK_SECONDS, LOOK_SECONDS)
    if not has_room(due.BUILT_IN_QUEUE):
        return LOOK_SECONDS
    return 0.0 if await due.order_runs(site, limit=due.BATCH) == due.BATCH else GATHER_SECONDS


async def sweep_step(site: Site) -> float:
    """Send messages again that were lost, and those whose time has come."""
    for each in (delivery.NOTIFICATIONS, letters.LETTERS):
        await owed.sweep(site, each)
    return SWEEP_SECONDS


async def remind_step(site: Site) -> float:
    """Tell again of what is still down; look again at once when more may be due."""
    return 0.0 if await reminding.remind(site) else REMIND_SECONDS


async def nag_step(site: Site) -> float:
    """Remind users by mail of what is still down; look again at once when more may be due."""
    return 0.0 if await due_letters.write_nags(site) else NAG_SECONDS


async def report_step(site: Site) -> float:
    """Send users their reports; look again at once when more may be due."""
    return 0.0 if await due_letters.write_reports(site) else REPORT_SECONDS


async def forget_step(site: Site) -> float:
    """Delete what is kept of limits that nothing is missing from."""
    await limits.forget_full(site)
    return FORGET_SECONDS


async def retain_step(site: Site) -> float:
    """Forget some of the measurements whose time is over; look again soon when there may be more."""
    return RETAIN_PAUSE_SECONDS if await retention.forget(site) else RETAIN_SECONDS


async def _repeat(step: Step, site: Site, stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            pause = await _to_its_end(step(site))
            failures = 0
        except Exception as error:  # noqa: BLE001 - a database that is away for a while must not end the loop
            failures += 1
            pause = min(2.0 ** (failures - 1), _LONGEST_BACKOFF)
            _log_failure(step.__name__, error, pause)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def _log_failure(name: str, error: Exception, pause: float) -> None:
    if isinstance(error, DATABASE_ERRORS) and is_away(error):
        _log.warning("The loop %s failed, as the database does not answer (%s); it goes on in %g s", name, error, pause)
    else:
        _log.error("The loop %s failed; it goes on in %g s", name, pause, exc_info=error)


async def _to_its_end(work: Coroutine[Any, Any, float]) -> float:
    """Let a step, which is short, finish even when its loop is cancelled: its rows and its messages belong together."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
