"""Pausing and resuming a monitor."""

from datetime import timedelta

import pytest

from app.errors import Conflict
from app.rules.monitor_state import pause, resume, set_reminders
from app.rules.outcomes import ProbeKind
from app.rules.states import WatchState
from app.store.monitors import MonitorRecord, new_monitor
from tests.conftest import START

LATER = START + timedelta(minutes=1)


def down() -> MonitorRecord:
    monitor = new_monitor(1, ProbeKind.API, "shop", 60, START)
    monitor.state, monitor.remind_every, monitor.remind_at = WatchState.DOWN, 300, START
    return monitor


def test_a_paused_monitor_keeps_its_state_and_reminds_nobody() -> None:
    monitor = down()

    assert pause(monitor, LATER)

    assert (monitor.paused, monitor.state, monitor.state_since) == (True, WatchState.DOWN, START)
    assert (monitor.remind_at, monitor.remind_every, monitor.updated_at) == (None, 300, LATER)
    set_reminders(monitor, 600)
    assert (monitor.remind_at, monitor.remind_every) == (None, 600)


def test_pausing_a_paused_monitor_changes_nothing() -> None:
    monitor = down()
    pause(monitor, START)

    assert not pause(monitor, LATER)
    assert monitor.updated_at == START


def test_what_is_down_when_it_is_resumed_is_reminded_of_from_then_on() -> None:
    monitor = down()
    pause(monitor, START)

    resume(monitor, LATER)

    assert (monitor.paused, monitor.state) == (False, WatchState.DOWN)
    assert monitor.remind_at == LATER + timedelta(seconds=300)


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
