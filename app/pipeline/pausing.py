"""Pausing and resuming monitors: the flag and their places, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from app.db.unit_of_work import UnitOfWork
from app.rules import monitor_state
from app.store import monitor_places, monitors
from app.store.monitors import MonitorRecord


async def pause(unit: UnitOfWork, locked: Sequence[MonitorRecord], now: datetime) -> None:
    """Stop probing these monitors, read with `lock`; those that are paused stay as they are.

    An outage that is open stays so: that it ended is not known before the next run.
    """
    paused = [monitor for monitor in locked if monitor_state.pause(monitor, now)]
    if paused:
        await monitors.save(unit, paused)
        await monitor_places.stop(unit, [monitor.id for monitor in paused])


async def resume(unit: UnitOfWork, locked: Sequence[MonitorRecord], now: datetime) -> None:
    """Probe these monitors, read with `lock` and all paused, at once; Conflict when one is not paused."""
    if not locked:
        return
    for monitor in locked:
        monitor_state.resume(monitor, now)
    await monitors.save(unit, locked)
    await monitor_places.start(unit, [monitor.id for monitor in locked], now)
