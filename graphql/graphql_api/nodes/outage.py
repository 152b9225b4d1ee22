"""Outage: the confirmed bad stretch of a watchable, and why it began."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.probes.result import Phase
from app.rules.root_cause import Evidence as Piece
from app.rules.root_cause import EvidenceKind
from app.store.alerts import AlertRecord
from app.store.checks import CheckRecord
from app.store.locations import LocationRecord
from app.store.monitors import MonitorRecord
from app.store.outages import OutageRecord, OutageWindow
from app.store.runs import RunRecord
from graphql_api.connections import Connection, Page, page_of, page_size, read_cursor
from graphql_api.cost import Cost
from graphql_api.enums import OutageState
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.location import Location
from graphql_api.nodes.node import Node
from graphql_api.nodes.run import Run
from graphql_api.resolvers import outages
from graphql_api.scalars import Duration

if TYPE_CHECKING:
    from graphql_api.nodes.alert import Alert
    from graphql_api.nodes.watchable import Watchable

OfState = Annotated[
    OutageState | None, strawberry.argument(description="Only those that go on, or only those that are over.")
]
Since = Annotated[datetime | None, strawberry.argument(description="Only those that were not over by then.")]
Until = Annotated[datetime | None, strawberry.argument(description="Only those that began before this.")]

_MOST_ALERTS = 100


@dataclass(frozen=True, slots=True)
class OutagePage(Page):
    """A page of outages, and of which it is one: of one watchable, or of all of the project."""

    watchable_id: int | None
    window: OutageWindow


def outage_window(
    after: str | None, first: int | None, state: OutageState | None, since: datetime | None, until: datetime | None
) -> OutageWindow:
    """Return what a page shows, and one more."""
    below = read_cursor(after, int)
    is_open = None if state is None else state is OutageState.OPEN
    return OutageWindow(page_size(first) + 1, below[0] if below else None, is_open, since, until)


def outage_page(
    found: list[OutageRecord], after: str | None, window: OutageWindow, watchable_id: int | None
) -> OutagePage:
    """Return the page that the outages of this window make."""
    page = page_of(found, window.limit - 1, after, _key)
    return OutagePage(page.edges, page.page_info, watchable_id, window)


def _key(outage: OutageRecord) -> tuple[int]:
    return (outage.id,)


async def _total(root: OutagePage, info: Info) -> int:
    return await outages.outage_count(info.context, watchable_id=root.watchable_id, window=root.window)


def _state(root: OutageRecord) -> OutageState:
    return OutageState.OPEN if root.resolved_at is None else OutageState.RESOLVED


def _duration(root: OutageRecord, info: Info) -> Duration:
    return Duration(int(((root.resolved_at or info.context.now()) - root.started_at).total_seconds()))


def _root_cause(root: OutageRecord) -> OutageRecord | None:
    return None if root.computed_at is None else root


def _evidence(root: OutageRecord) -> list[Piece]:
    return list(root.evidence)


async def _location(root: Piece, info: Info) -> LocationRecord | None:
    return None if root.location_id is None else await info.context.loaders.location.load(root.location_id)


async def _watchable(root: OutageRecord, info: Info) -> CheckRecord | MonitorRecord | None:
    return await info.context.loaders.watchable.load(root.watchable_id)


async def _alerts(root: OutageRecord, info: Info) -> list[AlertRecord]:
    return (await info.context.loaders.outage_alerts.load(root.id))[:_MOST_ALERTS]


async def _failing_run(root: OutageRecord, info: Info) -> RunRecord | None:
    return None if root.bad_run_id is None else await info.context.loaders.run.load(root.bad_run_id)


async def _good_run(root: OutageRecord, info: Info) -> RunRecord | None:
    return None if root.good_run_id is None else await info.context.loaders.run.load(root.good_run_id)


@node_type(Piece, "Something that was seen, at one moment and from one place.")
class Evidence:
    """Describes `Evidence` of the rules."""

    kind: EvidenceKind = stored("What it shows.")
    at: datetime = stored("When it was seen.")
    location: Location | None = fetched(_location, "From where; null when the place is gone.")
    text: str = stored("What was seen, without secrets.")


@strawberry.type(description="Why an outage began.")
class RootCause:
    """Describes `OutageRecord`."""

    cause_summary: str = stored("One line for people.", name="summary")
    cause_phase: Phase | None = stored("In which part it went wrong.", name="phase")
    cause_code: str = stored("A stable word for programs, as that of a failure; may be empty.", name="code")
    evidence: list[Evidence] = plain(_evidence, "What was seen.")
    computed_at: datetime = stored("When this was found out.")


@node_type(OutageRecord, "The confirmed bad stretch of a watchable; it merges the alerts of all places.")
class Outage(Node):
    """Describes `OutageRecord`."""

    watchable: Annotated["Watchable", strawberry.lazy("graphql_api.nodes.watchable")] | None = fetched(
        _watchable, "What was down."
    )
    state: OutageState = plain(_state, "Whether it goes on.")
    started_at: datetime = stored("When it began.")
    resolved_at: datetime | None = stored("When it ended; null while it goes on.")
    duration: Duration = plain(_duration, "How long it lasted, or lasts by now.")
    locations_down: int = stored("How many places agreed at most.")
    root_cause: RootCause | None = plain(_root_cause, "Why it began; null when that is not known.")
    alerts: list[Annotated["Alert", strawberry.lazy("graphql_api.nodes.alert")]] = fetched(
        _alerts, "What single places found, oldest first; at most 100.", cost=Cost(weight=5)
    )
    failing_run: Run | None = fetched(_failing_run, "The run that confirmed it, if that is still kept.")
    last_good_run: Run | None = fetched(_good_run, "The last run before it that passed, if that is still kept.")
    ignored: bool = stored("Whether it is not to count.")


@strawberry.type(description="One page of outages.")
class OutageConnection(Connection[Outage]):
    """Describes `OutagePage`."""

    total_count: int = fetched(_total, "How many there are, on all pages together.")
