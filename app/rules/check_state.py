"""The state machine of a check: what a signal, a pause and the passing of time do (specs/healthchecks.md section 9).

A paused check is NEW with `paused` beside it: pausing forgets what was known, as resuming does, and so one rule says
which changes are told. The functions change the record that they are given and return the change of state, if any.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import Conflict
from app.rules.schedules import next_expected
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, PingKind, ScheduleKind, WatchState

_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class CheckOutline:
    """What decides how a check is shown. Period and grace are seconds, `last_run_us` microseconds."""

    state: WatchState
    paused: bool
    schedule_kind: ScheduleKind
    period: int
    grace: int
    schedule: str
    timezone: str
    manual_resume: bool
    ping_count: int
    last_ping_at: datetime | None
    last_start_at: datetime | None
    last_run_us: int | None
    next_expected_at: datetime | None

    @property
    def running(self) -> bool:
        """Tell whether a start came and no end yet."""
        return self.last_start_at is not None

    @property
    def due_at(self) -> datetime | None:
        """The earlier of the next expected ping and the start of the open run: `next_ping` of section 9.3."""
        if self.last_start_at is None or self.state is WatchState.DOWN:
            return self.next_expected_at
        if self.next_expected_at is None:
            return self.last_start_at
        return min(self.next_expected_at, self.last_start_at)


@dataclass(slots=True)
class CheckState(CheckOutline):
    """All that the rules know of a check."""

    state_since: datetime
    remind_every: int | None
    remind_at: datetime | None
    failures_before_down: int
    failure_count: int
    last_start_run_key: str | None
    alert_after: datetime | None
    watch_at: datetime | None


def reschedule(check: CheckState) -> None:
    """Compute anew the next expected time and the deadline, from the schedule and the last signals (9.3).

    `watch_at` is brought forward if need be, and left where it is while the deadline only moves later: the watcher
    moves it when it comes by, once a period at most.
    """
    check.next_expected_at = None
    if check.state is WatchState.UP and check.last_ping_at is not None:
        check.next_expected_at = next_expected(
            check.schedule_kind, check.period, check.schedule, check.timezone, check.last_ping_at
        )
    due_at = check.due_at
    check.alert_after = None if due_at is None else due_at + timedelta(seconds=check.grace)
    if check.alert_after is None or check.watch_at is None or check.alert_after < check.watch_at:
        check.watch_at = check.alert_after


def counted_kind(check: CheckState, kind: PingKind) -> PingKind:
    """Return the kind that a signal counts as: a paused check that is resumed by hand ignores all (9.1)."""
    return PingKind.IGNORED if check.paused and check.manual_resume else kind


def apply_signal(check: CheckState, kind: PingKind, at: datetime, run_key: str | None) -> StateChange | None:
    """Let a signal of this counted kind act on the check (9.1)."""
    check.ping_count += 1
    if kind is PingKind.START:
        check.last_start_at, check.last_start_run_key = at, run_key
        reschedule(check)
        return None
    if kind not in (PingKind.SUCCESS, PingKind.FAIL):
        return None
    check.last_ping_at = at
    _end_run(check, kind, at, run_key)
    change = _fail(check, at) if kind is PingKind.FAIL else _succeed(check, at)
    reschedule(check)
    return change


def time_out(check: CheckState, now: datetime) -> StateChange | None:
    """Take a check whose deadline has passed down, dated with the deadline; else only bring the deadline up to date."""
    reschedule(check)
    check.watch_at = check.alert_after
    if check.state is WatchState.DOWN or check.alert_after is None or now < check.alert_after:
        return None
    change = _move(check, check.alert_after, WatchState.DOWN, FlipReason.TIMEOUT)
    check.next_expected_at = check.alert_after = check.watch_at = None
    return change


def pause(check: CheckState, at: datetime) -> StateChange | None:
    """Stop watching; a paused check stays as it is (5.5)."""
    if check.paused:
        return None
    change = StateChange(at, check.state, WatchState.NEW, FlipReason.PAUSED)
    _forget(check, at)
    check.paused = True
    return change


def resume(check: CheckState, at: datetime) -> StateChange:
    """Wait for the first ping again; Conflict when the check is not paused (5.6)."""
    if not check.paused:
        raise Conflict("check is not paused")
    _forget(check, at)
    check.paused = False
    check.last_ping_at = None
    return StateChange(at, WatchState.NEW, WatchState.NEW, FlipReason.RESUMED)


def shown_state(check: CheckOutline, now: datetime) -> WatchState:
    """Return the state as of this very moment, also when the watcher has not stored it yet (9.2)."""
    if check.last_start_at is not None and now >= check.last_start_at + timedelta(seconds=check.grace):
        return WatchState.DOWN
    if check.state is not WatchState.UP or check.next_expected_at is None or now < check.next_expected_at:
        return check.state
    overdue = now >= check.next_expected_at + timedelta(seconds=check.grace)
    return WatchState.DOWN if overdue else WatchState.LATE


def shown_since(check: CheckState, now: datetime) -> datetime:
    """Return since when the shown state holds: the moment it was due, when the watcher has not stored it yet."""
    shown = shown_state(check, now)
    if shown is WatchState.LATE and check.next_expected_at is not None:
        return check.next_expected_at
    if shown is WatchState.DOWN and check.state is not WatchState.DOWN and check.alert_after is not None:
        return check.alert_after
    return check.state_since


def set_reminder(check: CheckState) -> None:
    """Let the next reminder be due as the check's settings say: one that is due already stays, unless there are none.

    A check that is down for longer than the time between reminders is told of at once.
    """
    if check.state is not WatchState.DOWN or check.remind_every is None:
        check.remind_at = None
    elif check.remind_at is None:
        check.remind_at = check.state_since + timedelta(seconds=check.remind_every)


def next_reminder(due_at: datetime, every: int | None, now: datetime) -> datetime | None:
    """Return when to remind again after a reminder that was due at `due_at`: the first such time after `now`."""
    if every is None:
        return None
    step = timedelta(seconds=every)
    return due_at + ((now - due_at) // step + 1) * step


def _succeed(check: CheckState, at: datetime) -> StateChange | None:
    check.failure_count = 0
    return _move(check, at, WatchState.UP, FlipReason.NONE)


def _fail(check: CheckState, at: datetime) -> StateChange | None:
    """Count a failure; it takes the check down, unless it is tolerated: then state and pause stay as they are."""
    check.failure_count += 1
    if check.failure_count < check.failures_before_down:
        return None
    return _move(check, at, WatchState.DOWN, FlipReason.FAIL)


def _end_run(check: CheckState, kind: PingKind, at: datetime, run_key: str | None) -> None:
    """Close the open run if this signal ends it; a success of another run leaves it open."""
    check.last_run_us = None
    if check.last_start_at is None:
        return
    own = check.last_start_run_key == run_key
    if own:
        check.last_run_us = (at - check.last_start_at) // _MICROSECOND
    if own or kind is PingKind.FAIL or run_key is None:
        check.last_start_at = check.last_start_run_key = None


def _move(check: CheckState, at: datetime, to_state: WatchState, reason: FlipReason) -> StateChange | None:
    if check.state is to_state:
        return None
    change = StateChange(at, check.state, to_state, reason)
    check.state, check.state_since, check.paused, check.remind_at = to_state, at, False, None
    set_reminder(check)
    return change


def _forget(check: CheckState, at: datetime) -> None:
    check.state, check.state_since, check.remind_at = WatchState.NEW, at, None
    check.failure_count = 0
    check.last_start_at = check.last_start_run_key = None
    check.next_expected_at = check.alert_after = check.watch_at = None
