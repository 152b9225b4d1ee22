"""The state machine, row by row of section 9 of specs/healthchecks.md."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import Conflict, InvalidInput
from app.rules.check_state import apply_signal, counted_kind, pause, resume, shown_state, time_out
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, PingKind, ScheduleKind, WatchState
from tests.app.rules.given import EVERY_STATE, GRACE, NOW, PERIOD, a_check, after, new_check

NEW, UP, LATE, DOWN = WatchState.NEW, WatchState.UP, WatchState.LATE, WatchState.DOWN
SUCCESS, START, FAIL, LOG, IGNORED = PingKind.SUCCESS, PingKind.START, PingKind.FAIL, PingKind.LOG, PingKind.IGNORED
NONE, TIMEOUT, PAUSED, RESUMED = FlipReason.NONE, FlipReason.TIMEOUT, FlipReason.PAUSED, FlipReason.RESUMED


# 9.1: what a signal does


@pytest.mark.parametrize("kind", list(PingKind))
@pytest.mark.parametrize("before", EVERY_STATE)
def test_signals_to_a_paused_check_that_is_resumed_by_hand_are_ignored(before: str, kind: PingKind) -> None:
    assert counted_kind(a_check(before), kind) is kind
    by_hand = a_check(before, manual_resume=True)
    assert counted_kind(by_hand, kind) is (IGNORED if before == "paused" else kind)


@pytest.mark.parametrize("before", EVERY_STATE)
def test_a_start_opens_a_run_and_leaves_the_state(before: str) -> None:
    check = a_check(before)
    state, paused, last_ping_at, count = check.state, check.paused, check.last_ping_at, check.ping_count

    assert apply_signal(check, START, after(5), "run") is None

    assert (check.state, check.paused, check.last_ping_at) == (state, paused, last_ping_at)
    assert (check.running, check.last_start_at, check.last_start_run_key) == (True, after(5), "run")
    assert check.ping_count == count + 1


def test_a_second_start_restarts_the_clock() -> None:
    check = a_check("up")
    apply_signal(check, START, after(5), "one")

    apply_signal(check, START, after(9), "two")

    assert (check.last_start_at, check.last_start_run_key, check.alert_after) == (after(9), "two", after(9 + GRACE))


@pytest.mark.parametrize("kind", [LOG, IGNORED])
@pytest.mark.parametrize("before", EVERY_STATE)
def test_logs_and_ignored_signals_only_count(before: str, kind: PingKind) -> None:
    check, untouched = a_check(before), a_check(before)

    assert apply_signal(check, kind, after(5), "run") is None

    untouched.ping_count += 1
    assert check == untouched


@pytest.mark.parametrize(
    ("before", "kind", "to_state", "reason", "told"),
    [
        ("new", SUCCESS, UP, NONE, False),
        ("paused", SUCCESS, UP, NONE, False),
        ("down", SUCCESS, UP, NONE, True),
        ("up", FAIL, DOWN, FlipReason.FAIL, True),
        ("new", FAIL, DOWN, FlipReason.FAIL, True),
        ("paused", FAIL, DOWN, FlipReason.FAIL, True),
    ],
)
def test_a_success_or_failure_that_changes_the_state_is_a_flip(
    before: str, kind: PingKind, to_state: WatchState, reason: FlipReason, *, told: bool
) -> None:
    check = a_check(before)
    from_state = check.state

    change = apply_signal(check, kind, after(5), None)

    assert change == StateChange(after(5), from_state, to_state, reason)
    assert change.is_told is told
    assert (check.state, check.state_since, check.paused) == (to_state, after(5), False)
    assert check.last_ping_at == after(5)


@pytest.mark.parametrize(("before", "kind"), [("up", SUCCESS), ("down", FAIL)])
def test_a_repeated_signal_is_no_flip(before: str, kind: PingKind) -> None:
    check = a_check(before)

    assert apply_signal(check, kind, after(5), None) is None
    assert (check.state_since, check.last_ping_at) == (NOW, after(5))


@pytest.mark.parametrize(
    ("start_key", "end_key", "kind", "duration", "still_running"),
    [
        (None, None, SUCCESS, 7_000_000, False),
        ("a", "a", SUCCESS, 7_000_000, False),
        ("a", "a", FAIL, 7_000_000, False),
        ("a", "b", SUCCESS, None, True),
        (None, "b", SUCCESS, None, True),
        ("a", None, SUCCESS, None, False),
        ("a", "b", FAIL, None, False),
        (None, "b", FAIL, None, False),
        ("a", None, FAIL, None, False),
    ],
)
def test_which_signal_ends_which_run(
    start_key: str | None, end_key: str | None, kind: PingKind, duration: int | None, *, still_running: bool
) -> None:
    check = a_check("up", last_run_us=123)
    apply_signal(check, START, after(3), start_key)

    apply_signal(check, kind, after(10), end_key)

    assert (check.last_run_us, check.running) == (duration, still_running)
    assert check.last_start_run_key == (start_key if still_running else None)


def test_a_duration_counts_microseconds() -> None:
    check = a_check("up")
    apply_signal(check, START, after(0), None)

    apply_signal(check, SUCCESS, NOW + timedelta(days=40, microseconds=3), None)

    assert check.last_run_us == 40 * 86_400_000_000 + 3


# 9.2: the shown state


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, UP),
        (PERIOD - 0.000001, UP),
        (PERIOD, LATE),
        (PERIOD + GRACE - 0.000001, LATE),
        (PERIOD + GRACE, DOWN),
        (10 * PERIOD, DOWN),
    ],
)
def test_the_shown_state_follows_the_clock_to_the_microsecond(seconds: float, shown: WatchState) -> None:
    assert shown_state(a_check("up"), after(seconds)) is shown


@pytest.mark.parametrize("before", EVERY_STATE)
def test_a_run_that_takes_longer_than_the_grace_shows_down(before: str) -> None:
    check = a_check(before)
    apply_signal(check, START, after(5), None)

    assert shown_state(check, after(5 + GRACE - 0.000001)) is check.state
    assert shown_state(check, after(5 + GRACE)) is DOWN


@pytest.mark.parametrize("before", ["new", "down", "paused"])
def test_without_a_run_only_an_up_check_changes_by_itself(before: str) -> None:
    check = a_check(before)

    assert shown_state(check, after(1_000_000)) is check.state


# 9.3: next ping and deadline


@pytest.mark.parametrize(
    ("before", "started", "due", "deadline"),
    [
        ("new", None, None, None),
        ("paused", None, None, None),
        ("down", None, None, None),
        ("up", None, PERIOD, PERIOD + GRACE),
        ("new", 5, 5, 5 + GRACE),
        ("paused", 5, 5, 5 + GRACE),
        ("down", 5, None, None),
        ("up", 5, 5, 5 + GRACE),
        ("up", PERIOD + 5, PERIOD, PERIOD + GRACE),
    ],
)
def test_next_ping_and_deadline(before: str, started: int | None, due: int | None, deadline: int | None) -> None:
    check = a_check(before)
    if started is not None:
        apply_signal(check, START, after(started), None)

    assert check.due_at == (None if due is None else after(due))
    assert check.alert_after == (None if deadline is None else after(deadline))


def test_a_schedule_is_counted_from_the_last_ping_in_its_zone() -> None:
    check = new_check(schedule_kind=ScheduleKind.CRON, schedule="30 4 * * *", timezone="Europe/Riga")

    apply_signal(check, SUCCESS, NOW, None)

    assert check.next_expected_at == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    assert check.alert_after == datetime(2026, 3, 2, 2, 31, tzinfo=UTC)


def test_a_schedule_that_cannot_be_read_is_an_error() -> None:
    check = a_check("up", schedule_kind=ScheduleKind.PERIOD)
    check.schedule_kind, check.schedule = ScheduleKind.CRON, "61 * * * *"

    with pytest.raises(InvalidInput):
        time_out(check, after(10 * PERIOD))


# 9.4: the watcher


def test_the_watcher_looks_at_the_first_deadline_while_pings_move_it_later() -> None:
    check = a_check("up")
    first = check.alert_after
    apply_signal(check, SUCCESS, after(PERIOD), None)

    assert (check.watch_at, check.alert_after) == (first, after(2 * PERIOD + GRACE))

    assert time_out(check, after(PERIOD + GRACE)) is None
    assert check.watch_at == check.alert_after


def test_the_watcher_looks_sooner_when_the_deadline_moves_sooner() -> None:
    check = a_check("up")

    apply_signal(check, START, after(5), None)

    assert check.watch_at == check.alert_after == after(5 + GRACE)


@pytest.mark.parametrize("kind", [FAIL, None])
def test_the_watcher_leaves_a_check_alone_that_has_no_deadline(kind: PingKind | None) -> None:
    check = a_check("up")

    if kind is None:
        pause(check, after(1))
    else:
        apply_signal(check, kind, after(1), None)

    assert (check.alert_after, check.watch_at) == (None, None)


@pytest.mark.parametrize(
    ("before", "started", "from_state", "deadline"),
    [
        ("up", None, UP, PERIOD + GRACE),
        ("up", 5, UP, 5 + GRACE),
        ("up", PERIOD + 5, UP, PERIOD + GRACE),
        ("new", 5, NEW, 5 + GRACE),
        ("paused", 5, NEW, 5 + GRACE),
    ],
)
def test_a_timeout_is_dated_with_the_deadline(
    before: str, started: int | None, from_state: WatchState, deadline: int
) -> None:
    check = a_check(before)
    if started is not None:
        apply_signal(check, START, after(started), "run")
    assert time_out(check, after(deadline - 0.000001)) is None

    change = time_out(check, after(deadline + 1234))

    assert change == StateChange(after(deadline), from_state, DOWN, TIMEOUT)
    assert change.is_told
    assert (check.state, check.state_since, check.paused) == (DOWN, after(deadline), False)
    assert (check.due_at, check.alert_after) == (None, None)
    assert check.running is (started is not None)
    assert time_out(check, after(deadline + 9999)) is None


def test_a_timeout_at_the_very_deadline_counts() -> None:
    assert time_out(a_check("up"), after(PERIOD + GRACE)) is not None


def test_a_deadline_that_an_edit_moved_is_only_stored() -> None:
    check = a_check("up")
    check.period = 10 * PERIOD

    assert time_out(check, after(PERIOD + GRACE)) is None
    assert (check.state, check.alert_after) == (UP, after(10 * PERIOD + GRACE))


def test_the_run_of_a_check_that_timed_out_ends_with_its_success() -> None:
    check = a_check("up")
    apply_signal(check, START, after(5), None)
    time_out(check, after(500))

    change = apply_signal(check, SUCCESS, after(505), None)

    assert change is not None
    assert change.is_told
    assert (check.running, check.last_run_us) == (False, 500_000_000)


# 5.5 and 5.6: pause and resume


@pytest.mark.parametrize("before", ["new", "up", "down"])
def test_pausing_forgets_state_and_run_and_is_not_told(before: str) -> None:
    check = a_check(before)
    from_state, last_ping_at = check.state, check.last_ping_at
    apply_signal(check, START, after(1), "run")

    change = pause(check, after(5))

    assert change == StateChange(after(5), from_state, NEW, PAUSED)
    assert not change.is_told
    assert (check.state, check.paused, check.state_since) == (NEW, True, after(5))
    assert (check.running, check.last_start_run_key, check.due_at, check.alert_after) == (False, None, None, None)
    assert check.last_ping_at == last_ping_at


def test_pausing_twice_changes_nothing() -> None:
    check, untouched = a_check("paused"), a_check("paused")

    assert pause(check, after(5)) is None
    assert check == untouched


def test_resuming_waits_for_the_first_ping_again() -> None:
    check = a_check("up")
    pause(check, after(1))

    change = resume(check, after(5))

    assert change == StateChange(after(5), NEW, NEW, RESUMED)
    assert not change.is_told
    assert (check.state, check.paused, check.last_ping_at, check.alert_after) == (NEW, False, None, None)
    assert check.ping_count == 1


@pytest.mark.parametrize("before", ["new", "up", "down"])
def test_only_a_paused_check_can_be_resumed(before: str) -> None:
    check, untouched = a_check(before), a_check(before)

    with pytest.raises(Conflict, match="check is not paused"):
        resume(check, after(5))

    assert check == untouched
