"""What the results of runs decide, worked out between reading and writing their monitors and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.models.tables import monitor_locations, monitors, watchables
from app.rules.due_times import next_due_at
from app.rules.outcomes import Outcome
from app.rules.state_changes import StateChange
from app.rules.verdicts import MonitorState, PlaceState, Tally, Turn, conclude, count_run, tally
from app.runs.plan import RunClaim
from app.runs.result import RunResult

RunReport = tuple[RunClaim, RunResult]
"""A result and the claim by which it is reported."""


@dataclass(slots=True)
class PlaceRow(PlaceState):
    """A row of `monitor_locations` as far as results change it."""

    watchable_id: int
    location_id: int
    lease: int


@dataclass(slots=True)
class MonitorRow(MonitorState):
    """What results need and change of a monitor's rows in `watchables` and `monitors`."""

    id: int
    paused: bool
    last_run_at: datetime | None
    last_outcome: Outcome | None


@dataclass(slots=True)
class Decision:
    """One result that was heard, and what it did to its place and its monitor, which are as they are after it."""

    claim: RunClaim
    result: RunResult
    monitor: MonitorRow
    place: PlaceRow
    at: datetime
    """When the run ended."""
    turn: Turn
    change: StateChange | None
    places: Sequence[PlaceRow]
    run_id: int = 0

    @property
    def counted(self) -> Tally:
        """The places of the monitor, as they are after it."""
        return tally(self.monitor, self.places, self.at)

    @property
    def is_news(self) -> bool:
        """Tell whether its place or its monitor turned by it: what alerts, outages, flips and people hear of."""
        return self.change is not None or self.turn is not Turn.NONE


def _columns(row: type) -> list[Any]:
    tables = (watchables, monitors) if row is MonitorRow else (monitor_locations,)
    return [next(table.c[one.name] for table in tables if one.name in table.c) for one in fields(row)]


select_monitors: Select[*tuple[Any, ...]] = select(*_columns(MonitorRow)).select_from(watchables.join(monitors))
"""The columns of `MonitorRow` in the order of its fields."""
select_places: Select[*tuple[Any, ...]] = select(*_columns(PlaceRow))
"""The columns of `PlaceRow` in the order of its fields."""


class Book:
    """Monitors and all their places, as they were read under a lock."""

    def __init__(self, found: Mapping[int, MonitorRow], places: Mapping[int, list[PlaceRow]]) -> None:
        self._monitors = found
        self._places = places

    def decide(self, report: RunReport, now: datetime) -> Decision | None:
        """Let a result act on its place and its monitor; None, and nothing changed, when its claim holds no more.

        A clock of a worker that is ahead of ours is not believed.
        """
        claim, result = report
        monitor = self._monitors.get(claim.monitor_id)
        place = self._claimed(claim)
        if monitor is None or monitor.paused or place is None:
            return None
        at = min(result.finished_at, now)
        started_at = min(result.started_at, now)
        turn = count_run(monitor, place, result.outcome, started_at)
        places = self._places[monitor.id]
        change = conclude(monitor, places, result.outcome, at)
        if result.outcome.is_measured and (monitor.last_run_at is None or started_at >= monitor.last_run_at):
            monitor.last_run_at, monitor.last_outcome = started_at, result.outcome
        place.due_at = next_due_at(claim.due_at, monitor.interval, now)
        return Decision(claim, result, monitor, place, at, turn, change, places)

    def _claimed(self, claim: RunClaim) -> PlaceRow | None:
        """Return the place if it is still this claim's: a doubled result finds another due instant or lease."""
        for place in self._places.get(claim.monitor_id, ()):
            if place.location_id == claim.location_id:
                return place if (place.due_at, place.lease) == (claim.due_at, claim.lease) else None
        return None
