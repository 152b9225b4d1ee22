"""Checks that were brought to a state by what brings checks there, and the clock of these tests."""

from datetime import UTC, datetime, timedelta

from app.rules.check_state import CheckState, apply_signal, pause
from app.rules.states import PingKind, ScheduleKind, WatchState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERIOD, GRACE = 600, 60
EVERY_STATE = ("new", "up", "down", "paused")


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def new_check(**values: object) -> CheckState:
    check = CheckState(
        state=WatchState.NEW,
        state_since=NOW,
        paused=False,
        remind_every=None,
        remind_at=None,
        failures_before_down=1,
        failure_count=0,
        schedule_kind=ScheduleKind.PERIOD,
        period=PERIOD,
        grace=GRACE,
        schedule="* * * * *",
        timezone="UTC",
        manual_resume=False,
        ping_count=0,
        last_ping_at=None,
        last_start_at=None,
        last_start_run_key=None,
        last_run_us=None,
        next_expected_at=None,
        alert_after=None,
        watch_at=None,
    )
    for name, value in values.items():
        setattr(check, name, value)
    return check


def a_check(before: str, **values: object) -> CheckState:
    """Return a check that was brought to a state by what brings checks there."""
    check = new_check(**values)
    if before == "up":
        apply_signal(check, PingKind.SUCCESS, NOW, None)
    if before == "down":
        for _ in range(check.failures_before_down):
            apply_signal(check, PingKind.FAIL, NOW, None)
    if before == "paused":
        pause(check, NOW)
    return check
