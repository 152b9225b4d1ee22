"""What Heliograph adds to the state machine: failures that are tolerated, and reminders while a check is down."""

from datetime import timedelta

import pytest

from app.rules.check_state import apply_signal, pause, reschedule, resume, set_reminder, time_out
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, PingKind, WatchState
from tests.app.rules.given import EVERY_STATE, GRACE, NOW, PERIOD, a_check, after, new_check

SUCCESS, START, FAIL, LOG, IGNORED = PingKind.SUCCESS, PingKind.START, PingKind.FAIL, PingKind.LOG, PingKind.IGNORED
HOUR = 3600


@pytest.mark.parametrize("before", ["new", "up", "paused"])
def test_as_many_failures_in_a_row_as_the_check_says_take_it_down(before: str) -> None:
    check = a_check(before, failures_before_down=3)
    state, paused, since = check.state, check.paused, check.state_since

    assert [apply_signal(check, FAIL, after(seconds), None) for seconds in (5, 6)] == [None, None]
    assert (check.state, check.paused, check.state_since) == (state, paused, since)

    change = apply_signal(check, FAIL, after(7), None)
    assert change == StateChange(after(7), state, WatchState.DOWN, FlipReason.FAIL)
    assert (check.state, check.paused, check.alert_after) == (WatchState.DOWN, False, None)


def test_a_tolerated_failure_is_a_ping_that_ends_its_run() -> None:
    check = a_check("up", failures_before_down=2)
    apply_signal(check, START, after(5), "run")

    apply_signal(check, FAIL, after(9), "run")

    assert (check.running, check.last_run_us, check.last_ping_at) == (False, 4_000_000, after(9))
    assert check.alert_after == after(9 + PERIOD + GRACE)


@pytest.mark.parametrize("between", [START, LOG, IGNORED])
def test_what_is_neither_success_nor_failure_does_not_break_the_row(between: PingKind) -> None:
    check = a_check("up", failures_before_down=2)

    for kind in (FAIL, between, FAIL):
        apply_signal(check, kind, after(5), None)

    assert check.state is WatchState.DOWN


@pytest.mark.parametrize("interruption", ["success", "pause", "resume"])
def test_a_success_a_pause_and_a_resume_begin_the_row_anew(interruption: str) -> None:
    check = a_check("paused" if interruption == "resume" else "up", failures_before_down=2)
    apply_signal(check, FAIL, after(5), None)

    if interruption == "success":
        apply_signal(check, SUCCESS, after(6), None)
    elif interruption == "pause":
        pause(check, after(6))
    else:
        resume(check, after(6))

    assert apply_signal(check, FAIL, after(7), None) is None
    assert apply_signal(check, FAIL, after(8), None) is not None


def test_a_timeout_is_never_tolerated() -> None:
    check = a_check("up", failures_before_down=100)

    assert time_out(check, after(PERIOD + GRACE)) is not None


def test_a_lower_tolerance_takes_nothing_down_before_the_next_failure() -> None:
    check = a_check("up", failures_before_down=3)
    apply_signal(check, FAIL, after(5), None)
    apply_signal(check, FAIL, after(6), None)

    check.failures_before_down = 1
    reschedule(check)

    assert check.state is WatchState.UP
    assert apply_signal(check, FAIL, after(7), None) is not None


@pytest.mark.parametrize("before", EVERY_STATE)
def test_only_a_check_that_is_down_has_a_reminder(before: str) -> None:
    check = a_check(before, remind_every=HOUR)

    assert check.remind_at == (after(HOUR) if before == "down" else None)


def test_the_first_reminder_after_a_timeout_is_counted_from_the_deadline() -> None:
    check = a_check("up", remind_every=HOUR)

    time_out(check, after(10 * PERIOD))

    assert check.remind_at == after(PERIOD + GRACE + HOUR)


@pytest.mark.parametrize("kind", [SUCCESS, None])
def test_what_ends_the_down_state_clears_the_reminder(kind: PingKind | None) -> None:
    check = a_check("down", remind_every=HOUR)

    if kind is None:
        pause(check, after(5))
    else:
        apply_signal(check, kind, after(5), None)

    assert check.remind_at is None


def test_another_failure_leaves_the_reminder() -> None:
    check = a_check("down", remind_every=HOUR)

    apply_signal(check, FAIL, after(5), None)

    assert check.remind_at == after(HOUR)


@pytest.mark.parametrize(("every", "expected"), [(HOUR, 2 * HOUR), (None, None)])
def test_a_reminder_that_was_moved_stays_unless_there_are_none_any_more(
    every: int | None, expected: int | None
) -> None:
    check = a_check("down", remind_every=HOUR, remind_at=NOW)
    check.remind_at = NOW + timedelta(hours=2)
    check.remind_every = every

    set_reminder(check)

    assert check.remind_at == (expected and after(expected))


def test_reminders_that_are_asked_for_while_it_is_down_are_counted_from_when_it_went_down() -> None:
    check = a_check("down")
    check.remind_every = HOUR

    set_reminder(check)

    assert check.remind_at == after(HOUR)
    untouched = new_check(remind_every=HOUR)
    set_reminder(untouched)
    assert untouched.remind_at is None
