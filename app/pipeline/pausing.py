"""Pausing and resuming monitors: state, places, alerts, outages and flips, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from app.db.unit_of_work import UnitOfWork
from app.pipeline.alerting import record_changes
from app.pipeline.outages import close_quietly
from app.rules import monitor_state
from app.store import monitor_places, monitors
from app.store.monitors import MonitorRecord


async def pause(unit: UnitOfWork, locked: Sequence[MonitorRecord], now: datetime) -> None:
    """Stop probing these monitors, read with `lock`; nobody is told. Those that are paused stay as they are."""
    changes = [(monitor, monitor_state.pause(monitor, now)) for monitor in locked]
    paused = [(monitor, change) for monitor, change in changes if change is not None]
    if not paused:
        return
    ids = [monitor.id for monitor, _ in paused]
    await monitors.save(unit, [monitor for monitor, _ in paused])
    await monitor_places.stop(unit, ids)
    await close_quietly(unit, ids, now)
    await record_changes(unit, [(monitor.id, change) for monitor, change in paused], now)


async def resume(unit: UnitOfWork, locked: Sequence[MonitorRecord], now: datetime) -> None:
    """Probe these monitors, read with `lock` and all paused, at once; Conflict when one is not paused."""
    if not locked:
        return
    changes = [(monitor.id, monitor_state.resume(monitor, now)) for monitor in locked]
    await monitors.save(unit, locked)
    await monitor_places.start(unit, [monitor.id for monitor in locked], now)
    await record_changes(unit, changes, now)
