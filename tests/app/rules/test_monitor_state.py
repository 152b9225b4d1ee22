"""Pausing and resuming a monitor."""

from datetime import timedelta

import pytest

from app.errors import Conflict
from app.rules.monitor_state import pause, resume, set_reminders
from app.rules.outcomes import ProbeKind
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, WatchState
from app.store.monitors import MonitorRecord, new_monitor
from tests.conftest import START

LATER = START + timedelta(minutes=1)


def down() -> MonitorRecord:
    monitor = new_monitor(1, ProbeKind.API, "shop", 60, START)
    monitor.state, monitor.remind_every, monitor.remind_at = WatchState.DOWN, 300, START
    return monitor


def test_pausing_forgets_what_was_known_and_is_told_to_nobody() -> None:
    monitor = down()

    change = pause(monitor, LATER)

    assert change == StateChange(LATER, WatchState.DOWN, WatchState.NEW, FlipReason.PAUSED)
    assert change is not None
    assert not change.is_told
    assert (monitor.paused, monitor.state, monitor.state_since) == (True, WatchState.NEW, LATER)
    assert (monitor.remind_at, monitor.remind_every, monitor.updated_at) == (None, 300, LATER)


def test_pausing_a_paused_monitor_changes_nothing() -> None:
    monitor = down()
    pause(monitor, START)

    assert pause(monitor, LATER) is None
    assert monitor.state_since == START


def test_resuming_waits_for_the_first_run_again() -> None:
    monitor = down()
    pause(monitor, START)

    change = resume(monitor, LATER)

    assert change == StateChange(LATER, WatchState.NEW, WatchState.NEW, FlipReason.RESUMED)
    assert (monitor.paused, monitor.state_since) == (False, LATER)


def test_only_a_paused_monitor_is_resumed() -> None:
    with pytest.raises(Conflict):
        resume(down(), LATER)


def test_reminders_of_what_is_down_count_from_when_it_went_down() -> None:
    monitor = down()

    set_reminders(monitor, 600)
    assert monitor.remind_at == START + timedelta(seconds=600)
    set_reminders(monitor, None)
    assert monitor.remind_at is None


def test_what_works_is_not_reminded_of() -> None:
    monitor = new_monitor(1, ProbeKind.API, "shop", 60, START)

    set_reminders(monitor, 600)

    assert (monitor.remind_every, monitor.remind_at) == (600, None)
