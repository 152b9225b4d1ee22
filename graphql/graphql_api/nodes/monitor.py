"""Monitor: the active watchable, which probes something."""

from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from app.errors import InvalidInput, NotFound
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.periods import Period
from app.store.locations import LocationRecord
from app.store.monitors import MonitorRecord
from app.store.runs import RunRecord, RunWindow
from app.store.templates import TemplateRecord
from graphql_api.connections import DEFAULT_PAGE, After, Connection, First, Page, page_of, page_size, read_cursor
from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.inputs.period import PeriodInput
from graphql_api.inputs.references import uuid_of
from graphql_api.nodes.figures import PerformanceSeries, UptimeFigures
from graphql_api.nodes.location import Location
from graphql_api.nodes.outage import OfState, OutageConnection, OutagePage, Since, Until, outage_page, outage_window
from graphql_api.nodes.run import Run
from graphql_api.nodes.template import Template
from graphql_api.nodes.watchable import Watchable
from graphql_api.resolvers import figures, outages, runs
from graphql_api.resolvers.figures import Series, Uptime
from graphql_api.scalars import Duration

_SHORTEST_POINT = 60
"""Seconds."""


def _same(root: MonitorRecord) -> MonitorRecord:
    return root


async def _locations(root: MonitorRecord, info: Info) -> list[LocationRecord]:
    return await info.context.loaders.locations.load(root.id)


async def _templates(root: MonitorRecord, info: Info) -> list[TemplateRecord]:
    return await info.context.loaders.templates.load(root.id)


async def _last_run(root: MonitorRecord, info: Info) -> RunRecord | None:
    return await runs.last_run(info.context, monitor_id=root.id)


async def _runs(
    root: MonitorRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    location: Annotated[strawberry.ID | None, strawberry.argument(description="Only runs from this location.")] = None,
    outcome: Annotated[Outcome | None, strawberry.argument(description="Only runs that came to this.")] = None,
    since: Annotated[datetime | None, strawberry.argument(description="No runs that began earlier than this.")] = None,
    until: Annotated[datetime | None, strawberry.argument(description="Only runs that began before this.")] = None,
) -> Page:
    size = page_size(first)
    below = read_cursor(after, int)
    window = RunWindow(
        limit=size + 1,
        below=below[0] if below else None,
        since=since,
        until=until,
        location_id=None if location is None else await _location_number(info, location),
        outcome=outcome,
    )
    found = await runs.runs_of_monitor(info.context, monitor_id=root.id, window=window)
    return page_of(found, size, after, _run_key)


async def _location_number(info: Info, location: str) -> int:
    uuid = uuid_of(location, "Location", "location")
    found = await info.context.loaders.project_locations.load(info.context.project().id)
    number = next((one.id for one in found if one.uuid == uuid), None)
    if number is None:
        raise NotFound("There is no such location.", path=("location",))
    return number


async def _outages(
    root: MonitorRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    state: OfState = None,
    since: Since = None,
    until: Until = None,
) -> OutagePage:
    window = outage_window(after, first, state, since, until)
    found = await outages.outages_of_watchable(info.context, watchable_id=root.id, window=window)
    return outage_page(found, after, window, root.id)


async def _performance(
    root: MonitorRecord,
    info: Info,
    period: Annotated[PeriodInput, strawberry.argument(description="Which time.")],
    resolution: Annotated[
        Duration | None,
        strawberry.argument(
            description="Seconds of each point, from 60. Null is an hour in up to two days, a day in more."
        ),
    ] = None,
    location: Annotated[strawberry.ID | None, strawberry.argument(description="Only runs from this location.")] = None,
) -> Series:
    if resolution is not None and resolution < _SHORTEST_POINT:
        raise InvalidInput(f"A point has at least {_SHORTEST_POINT} seconds.", path=("resolution",))
    return await figures.performance(
        info.context,
        monitor_id=root.id,
        period=_period(info, period),
        step=None if resolution is None else timedelta(seconds=resolution),
        location_id=None if location is None else await _location_number(info, location),
    )


async def _uptime(
    root: MonitorRecord,
    info: Info,
    period: Annotated[PeriodInput, strawberry.argument(description="Which time.")],
) -> Uptime:
    return await figures.uptime(info.context, monitor_id=root.id, period=_period(info, period))


def _period(info: Info, given: PeriodInput) -> Period:
    return given.period(info.context.as_of, info.context.project().timezone)


def _run_key(run: RunRecord) -> tuple[int]:
    return (run.id,)


@strawberry.type(description="How much must agree before the state of a monitor changes.")
class Confirmation:
    """Describes `MonitorRecord`."""

    locations_down: int = stored("How many locations must find it down, or all that measured if they are fewer.")
    runs_down: int = stored("How many runs in a row must fail at a location for it to find it down.")
    runs_up: int = stored("How many runs in a row must pass at a location for it to find it up again.")


@node_type(MonitorRecord, "Active: probes something on a schedule, from one or more locations.")
class Monitor(Watchable):
    """Describes `MonitorRecord`."""

    kind: ProbeKind = stored("What it probes.")
    address: str = stored("What is probed by a monitor of kind HTTP; empty for those that have templates.")
    interval: Duration = stored("It is run every so many seconds.")
    timeout: Duration = stored("Seconds that a whole run may take, its retries included.")
    retries: int = stored("How often a step that failed is tried again within a run.")
    confirmation: Confirmation = plain(_same, "How much must agree before its state changes.")
    degraded_above_ms: float | None = stored("A run that takes longer than so many milliseconds is SLOW.")
    updated_at: datetime = stored("When its settings or templates were last changed.")
    last_run_at: datetime | None = stored("When its newest run began.")
    last_outcome: Outcome | None = stored("What its newest run came to.")
    locations: list[Location] = fetched(_locations, "Where it is run from, in their order.")
    templates: list[Template] = fetched(
        _templates, "Its steps, in their order; none unless it is of kind API.", cost=Cost(weight=5)
    )
    last_run: Run | None = fetched(_last_run, "Its newest run, if that is still kept.")
    runs: Connection[Run] = fetched(
        _runs,
        "Its runs, newest first, as long as they are kept. Pages of 50, at most 100.",
        cost=Cost(weight=2),
    )
    outages: OutageConnection = fetched(
        _outages,
        "When it was down, newest first: of one state or all, at any time or within some. Pages of 50, at most 100.",
    )
    performance: PerformanceSeries = fetched(
        _performance, "How long its runs took, over some time.", cost=Cost(weight=5)
    )
    uptime: UptimeFigures = fetched(_uptime, "How often it was up, over some time.", cost=Cost(weight=2))
