"""Signals, pauses, edits, visits of the watcher and the clock in any order, against a plain reading of section 9."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.errors import Conflict
from app.rules.check_state import (
    StateChange,
    apply_signal,
    counted_kind,
    next_reminder,
    pause,
    resume,
    shown_since,
    shown_state,
    time_out,
)
from app.rules.states import FlipReason, PingKind, WatchState
from app.store.check_changes import CheckChanges, apply_changes
from app.store.checks import new_check
from rest_compat.healthchecks.wire import CheckWriter
from tests.app.rules.given import NOW, after
from tests.app.rules.plain_check import PlainCheck

SIGNALS = {
    "success": PingKind.SUCCESS,
    "fail": PingKind.FAIL,
    "start": PingKind.START,
    "log": PingKind.LOG,
    "ign": PingKind.IGNORED,
}
STATES = {
    "new": WatchState.NEW,
    "paused": WatchState.NEW,
    "up": WatchState.UP,
    "grace": WatchState.LATE,
    "down": WatchState.DOWN,
}
REASONS = {reason.value: reason for reason in FlipReason}
RUNS = st.sampled_from([None, "a", "b"])
DAY = 86_400


@dataclass(frozen=True)
class Schedule:
    """A schedule, and the moments of two days that it names, in seconds since `NOW`."""

    text: str
    zone: str
    moments: tuple[int, ...]


def moments(zone: str, names: Callable[[datetime], bool], second: int = 0) -> tuple[int, ...]:
    """Look at a zone's clock once a minute for two days; at a whole minute `NOW` begins."""
    minutes = [(minute, after(minute).astimezone(ZoneInfo(zone))) for minute in range(0, 2 * DAY, 60)]
    return tuple(minute + second for minute, wall in minutes if names(wall))


SCHEDULES = [
    Schedule("*/7 * * * *", "UTC", moments("UTC", lambda wall: wall.minute % 7 == 0)),
    Schedule("30 14,15 * * *", "Europe/Riga", moments("Europe/Riga", lambda w: w.hour in (14, 15) and w.minute == 30)),
    Schedule("*:0/5:20", "Europe/Riga", moments("UTC", lambda wall: wall.minute % 5 == 0, second=20)),
    Schedule("*:40 Asia/Kolkata", "America/New_York", moments("Asia/Kolkata", lambda wall: wall.minute == 40)),
    Schedule("12:10\n*:55", "UTC", moments("UTC", lambda w: w.minute == 55 or (w.hour, w.minute) == (12, 10))),
    Schedule("2026-03-01 12:15:30", "UTC", (930,)),
    Schedule("2020-01-01", "UTC", ()),
]


class AnyOrder(RuleBasedStateMachine):
    """The rules and the plain reading live through the same events."""

    @initialize(period=st.integers(60, 600), grace=st.integers(60, 300), manual_resume=st.booleans())
    def begin(self, period: int, grace: int, *, manual_resume: bool) -> None:
        self.now = 0
        self.check = new_check(1, "check", "check", NOW)
        self.plain = PlainCheck(timeout=period, grace=grace, manual_resume=manual_resume)
        self.changes: list[StateChange] = []
        self.change(CheckChanges(period=period, grace=grace, manual_resume=manual_resume))

    def note(self, change: StateChange | None) -> None:
        if change is not None:
            self.changes.append(change)

    def change(self, changes: CheckChanges) -> None:
        apply_changes(self.check, changes)

    @rule(seconds=st.integers(0, 400))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule(which=st.sampled_from(["next_ping", "alert_after", "remind_at"]), offset=st.sampled_from([0, -1]))
    def wait_for(self, which: str, offset: int) -> None:
        moment: int | None = getattr(self.plain, which)()
        self.now = max(self.now, self.now if moment is None else moment + offset)

    def signal(self, kind: str, rid: str | None) -> None:
        self.note(apply_signal(self.check, counted_kind(self.check, SIGNALS[kind]), after(self.now), rid))
        self.plain.signal(kind, self.now, rid)

    @rule(rid=RUNS)
    def success(self, rid: str | None) -> None:
        self.signal("success", rid)

    @rule(rid=RUNS)
    def fail(self, rid: str | None) -> None:
        self.signal("fail", rid)

    @rule(rid=RUNS)
    def start(self, rid: str | None) -> None:
        self.signal("start", rid)

    @rule(kind=st.sampled_from(["log", "ign"]), rid=RUNS)
    def other(self, kind: str, rid: str | None) -> None:
        self.signal(kind, rid)

    @rule()
    def watch(self) -> None:
        check = self.check
        if check.state is not WatchState.DOWN and check.watch_at is not None and check.watch_at <= after(self.now):
            self.note(time_out(check, after(self.now)))
        self.plain.watch(self.now)

    @rule()
    def pause(self) -> None:
        self.note(pause(self.check, after(self.now)))
        self.plain.pause(self.now)

    @rule()
    def resume(self) -> None:
        if self.plain.status != "paused":
            with pytest.raises(Conflict):
                resume(self.check, after(self.now))
            return
        self.note(resume(self.check, after(self.now)))
        self.plain.resume(self.now)

    @rule()
    def remind(self) -> None:
        if self.check.remind_at is not None and self.check.remind_at <= after(self.now):
            self.check.remind_at = next_reminder(self.check.remind_at, self.check.remind_every, after(self.now))
        self.plain.remind(self.now)

    @rule(period=st.integers(60, 600), grace=st.integers(60, 300))
    def edit_period(self, period: int, grace: int) -> None:
        self.change(CheckChanges(period=period, grace=grace))
        self.plain.timeout, self.plain.grace, self.plain.schedule = period, grace, None

    @rule(schedule=st.sampled_from(SCHEDULES))
    def edit_schedule(self, schedule: Schedule) -> None:
        self.change(CheckChanges(schedule=schedule.text, timezone=schedule.zone))
        self.plain.schedule = schedule.moments

    @rule(count=st.integers(1, 3))
    def edit_tolerance(self, count: int) -> None:
        self.change(CheckChanges(failures_before_down=count))
        self.plain.failures_before_down = count

    @rule(every=st.none() | st.integers(300, 700))
    def edit_reminders(self, every: int | None) -> None:
        self.change(CheckChanges(remind_every=every))
        self.plain.remind_every, self.plain.reminded = every, None

    @invariant()
    def same_facts(self) -> None:
        check, plain = self.check, self.plain
        assert (check.state, check.paused) == (STATES[plain.status], plain.status == "paused")
        assert check.state_since == after(plain.since)
        assert (check.ping_count, check.failure_count) == (plain.n_pings, plain.failures)
        assert check.last_ping_at == moment(plain.last_ping)
        assert (check.last_start_at, check.last_start_run_key) == (moment(plain.last_start), plain.last_start_rid)
        assert check.last_run_us == (None if plain.last_duration is None else plain.last_duration * 1_000_000)
        assert check.remind_at == moment(plain.remind_at())

    @invariant()
    def same_deadline(self) -> None:
        check, deadline = self.check, moment(self.plain.alert_after())
        assert (check.due_at, check.alert_after) == (moment(self.plain.next_ping()), deadline)
        assert deadline is None or check.watch_at <= deadline

    @invariant()
    def same_picture(self) -> None:
        now, plain = after(self.now), self.plain
        assert shown_state(self.check, now) is STATES[plain.shown(self.now, 3)]
        assert shown_since(self.check, now) == moment(plain.shown_since(self.now))
        for version in (1, 3):
            assert CheckWriter(version, "", "", now).status(self.check) == plain.shown(self.now, version)

    @invariant()
    def same_flips(self) -> None:
        flips = [
            StateChange(after(at), STATES[old], STATES[new], REASONS[why]) for at, old, new, why in self.plain.flips
        ]
        assert self.changes == flips
        told = [(change.at, change.to_state) for change in self.changes if change.is_told]
        assert told == [(after(at), STATES[new]) for at, _, new, _ in self.plain.told()]


def moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else after(seconds)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=200, deadline=None)
