"""What pausing and resuming do to a monitor: `paused` is a flag beside its state, which stays what was last known.

So the first run after a pause is compared with the last one before it: what went down before the pause and works
behind it is told. While it is paused nobody is reminded.
"""

from datetime import datetime, timedelta
from typing import Protocol

from app.errors import Conflict
from app.rules.states import WatchState


class Pausable(Protocol):
    """What these rules know of a monitor; `remind_every` is seconds."""

    state: WatchState
    state_since: datetime
    paused: bool
    remind_every: int | None
    remind_at: datetime | None
    updated_at: datetime


def pause(monitor: Pausable, at: datetime) -> bool:
    """Stop probing; tell whether it was not paused before."""
    if monitor.paused:
        return False
    monitor.paused, monitor.remind_at, monitor.updated_at = True, None, at
    return True


def resume(monitor: Pausable, at: datetime) -> None:
    """Probe again; Conflict when the monitor is not paused. What is still down is reminded of from now on."""
    if not monitor.paused:
        raise Conflict("The monitor is not paused.")
    monitor.paused, monitor.updated_at = False, at
    if monitor.state is WatchState.DOWN and monitor.remind_every is not None:
        monitor.remind_at = at + timedelta(seconds=monitor.remind_every)


def set_reminders(monitor: Pausable, every: int | None) -> None:
    """Remind every so many seconds from now on, None for never: of what is down, counted from when it went down."""
    monitor.remind_every, monitor.remind_at = every, None
    if monitor.state is WatchState.DOWN and every is not None and not monitor.paused:
        monitor.remind_at = monitor.state_since + timedelta(seconds=every)
