"""Verdicts: what the runs of a monitor say of its places, and these of its state (DESIGN section 3, way 2).

A place turns bad after `runs_down` failures in a row and good again after `runs_up` passes. The monitor is DOWN while
as many places are bad as must agree: the smaller of `locations_down` and the places that really measure. It is
DEGRADED while so many are bad or slow, and otherwise UP once a place passes. Failures that are tolerated, too few in a
row or at too few places, change nothing. A run that was not measured (ERROR, SKIPPED) never moves a monitor up or
down: after three of them in a row at every place it is UNKNOWN, unless it is DOWN, which it stays until it is measured
otherwise (GRAPHQL.md section 4, row 8).

A change of state is dated with the end of the run that decided it, and never before the change before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from app.rules.outcomes import Outcome
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, WatchState

UNMEASURED_RUNS = 3
"""After so many runs in a row that were not measured, at every place, nothing is known of a monitor."""


@dataclass(slots=True)
class PlaceState:
    """How a monitor fares at one place; the fields are columns of `monitor_locations`."""

    due_at: datetime | None
    failures_in_row: int
    passes_in_row: int
    unmeasured_in_row: int
    bad: bool
    last_run_at: datetime | None
    last_outcome: Outcome | None


@dataclass(slots=True)
class MonitorState:
    """What verdicts need of a monitor and change of it; interval, timeout and `remind_every` are seconds."""

    state: WatchState
    state_since: datetime
    remind_every: int | None
    remind_at: datetime | None
    interval: int
    timeout: int
    locations_down: int
    runs_down: int
    runs_up: int


class Turn(Enum):
    """What a run did to its place."""

    NONE = auto()
    BAD = auto()
    GOOD = auto()


@dataclass(frozen=True, slots=True)
class Tally:
    """The places of a monitor at one moment: those that measure, the bad and slow ones among them, and who passes.

    `needed` is how many must agree.
    """

    measuring: int
    bad: int
    slow: int
    passing: int
    needed: int

    @property
    def is_down(self) -> bool:
        """Tell whether enough places are bad."""
        return self.bad >= self.needed

    @property
    def is_degraded(self) -> bool:
        """Tell whether enough places are bad or slow."""
        return self.slow > 0 and self.bad + self.slow >= self.needed


def count_run(monitor: MonitorState, place: PlaceState, outcome: Outcome, started_at: datetime) -> Turn:
    """Count a run at its place and tell whether the place turned bad or good by it."""
    if not outcome.is_measured:
        place.unmeasured_in_row += 1
        return Turn.NONE
    place.unmeasured_in_row = 0
    place.last_run_at, place.last_outcome = started_at, outcome
    if outcome is Outcome.FAIL:
        place.failures_in_row, place.passes_in_row = place.failures_in_row + 1, 0
    else:
        place.failures_in_row, place.passes_in_row = 0, place.passes_in_row + 1
    if not place.bad and place.failures_in_row >= monitor.runs_down:
        place.bad = True
        return Turn.BAD
    if place.bad and place.passes_in_row >= monitor.runs_up:
        place.bad = False
        return Turn.GOOD
    return Turn.NONE


def is_measuring(monitor: MonitorState, place: PlaceState, at: datetime) -> bool:
    """Tell whether the place is probed and was measured within two intervals and a timeout.

    One that waits for its first run is measuring until that is as late, so that the first of several places to report
    does not decide alone.
    """
    if place.due_at is None:
        return False
    newest = place.last_run_at
    if not (place.failures_in_row or place.passes_in_row):
        newest = None if place.unmeasured_in_row else place.due_at
    return newest is not None and at - newest <= timedelta(seconds=2 * monitor.interval + monitor.timeout)


def tally(monitor: MonitorState, places: Iterable[PlaceState], at: datetime) -> Tally:
    """Count the places as they are at this moment."""
    measuring = [place for place in places if is_measuring(monitor, place, at)]
    good = [place for place in measuring if not place.bad]
    return Tally(
        measuring=len(measuring),
        bad=len(measuring) - len(good),
        slow=sum(place.last_outcome is Outcome.SLOW for place in good),
        passing=sum(place.passes_in_row > 0 for place in good),
        needed=max(1, min(monitor.locations_down, len(measuring))),
    )


def conclude(
    monitor: MonitorState, places: Sequence[PlaceState], outcome: Outcome, finished_at: datetime
) -> StateChange | None:
    """Let a run that was counted at its place decide on the monitor; `places` are all of it."""
    to_state = _verdict(monitor, places, outcome, finished_at)
    if to_state is monitor.state:
        return None
    at = max(finished_at, monitor.state_since)
    is_down = to_state is WatchState.DOWN
    change = StateChange(at, monitor.state, to_state, FlipReason.FAIL if is_down else FlipReason.NONE)
    monitor.state, monitor.state_since, monitor.remind_at = to_state, at, None
    if is_down and monitor.remind_every is not None:
        monitor.remind_at = at + timedelta(seconds=monitor.remind_every)
    return change


def _verdict(monitor: MonitorState, places: Sequence[PlaceState], outcome: Outcome, at: datetime) -> WatchState:
    if not outcome.is_measured:
        is_known = monitor.state is WatchState.DOWN or not _all_unmeasured(places)
        return monitor.state if is_known else WatchState.UNKNOWN
    counted = tally(monitor, places, at)
    if counted.is_down:
        return WatchState.DOWN
    if counted.is_degraded:
        return WatchState.DEGRADED
    return WatchState.UP if counted.passing else monitor.state


def _all_unmeasured(places: Iterable[PlaceState]) -> bool:
    return all(place.unmeasured_in_row >= UNMEASURED_RUNS for place in places if place.due_at is not None)
