"""What pausing and resuming do to a monitor. A paused one is NEW with `paused` beside it, as a check is.

The functions change the record that they are given and return the change of state, if any.
"""

from datetime import datetime, timedelta
from typing import Protocol

from app.errors import Conflict
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, WatchState


class Pausable(Protocol):
    """What these rules know of a monitor; `remind_every` is seconds."""

    state: WatchState
    state_since: datetime
    paused: bool
    remind_every: int | None
    remind_at: datetime | None
    updated_at: datetime


def pause(monitor: Pausable, at: datetime) -> StateChange | None:
    """Stop watching and forget what was known; a paused monitor stays as it is."""
    if monitor.paused:
        return None
    change = StateChange(at, monitor.state, WatchState.NEW, FlipReason.PAUSED)
    _forget(monitor, at)
    monitor.paused = True
    return change


def resume(monitor: Pausable, at: datetime) -> StateChange:
    """Wait for the first run again; Conflict when the monitor is not paused."""
    if not monitor.paused:
        raise Conflict("The monitor is not paused.")
    _forget(monitor, at)
    monitor.paused = False
    return StateChange(at, WatchState.NEW, WatchState.NEW, FlipReason.RESUMED)


def set_reminders(monitor: Pausable, every: int | None) -> None:
    """Remind every so many seconds from now on, None for never: of what is down, counted from when it went down."""
    monitor.remind_every, monitor.remind_at = every, None
    if monitor.state is WatchState.DOWN and every is not None:
        monitor.remind_at = monitor.state_since + timedelta(seconds=every)


def _forget(monitor: Pausable, at: datetime) -> None:
    monitor.state, monitor.state_since, monitor.remind_at, monitor.updated_at = WatchState.NEW, at, None, at
