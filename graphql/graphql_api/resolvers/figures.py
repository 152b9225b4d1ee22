"""Figures of monitors over any time: how fast they were, and how often up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.rules.periods import Period, usual_step
from app.rules.report_periods import bucket_edges
from app.store import reports
from app.store.outages import OutageWindow
from app.store.reports import Figures, Percentiles
from graphql_api.context import Context
from graphql_api.loaders import Stretch


@dataclass(frozen=True, slots=True)
class Point:
    """One stretch of a series; no figures when nothing was measured in it."""

    start: datetime
    end: datetime
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Series:
    """How long the runs of a monitor took, of one location or of all: stretch by stretch, oldest first."""

    monitor_id: int
    location_id: int | None
    period: Period
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Uptime:
    """How many of the runs of a monitor passed; no figures when nothing was measured."""

    monitor_id: int
    period: Period
    figures: Figures | None


async def performance(
    ctx: Context, *, monitor_id: int, period: Period, step: timedelta | None, location_id: int | None
) -> Series:
    """Return the series of a monitor that this request has read; InvalidInput for one of too many points."""
    ctx.project()
    edges = bucket_edges(*period, usual_step(period) if step is None else step)
    found = await reports.figures(ctx.database, monitor_id, edges, now=ctx.as_of, location_id=location_id)
    points = [Point(*each) for each in zip(edges, edges[1:], found, strict=False)]
    return Series(monitor_id, location_id, period, points)


async def percentiles(ctx: Context, *, series: Series) -> Percentiles | None:
    """Return the percentiles of a series; None when its runs are no longer kept, or there are none."""
    start, end = series.period
    return await reports.percentiles(
        ctx.database, series.monitor_id, start, end, now=ctx.as_of, location_id=series.location_id
    )


async def uptime(ctx: Context, *, monitor_id: int, period: Period) -> Uptime:
    """Return how often a monitor that this request has read was up."""
    ctx.project()
    found = await ctx.loaders.figures(Stretch(*period, ctx.as_of)).load(monitor_id)
    return Uptime(monitor_id, period, found)


async def outages_within(ctx: Context, *, uptime: Uptime) -> int:
    """Return how many outages there were in this time, those too that began before it or lasted beyond it."""
    start, end = uptime.period
    return await ctx.loaders.outage_count(OutageWindow(0, since=start, until=end)).load(uptime.monitor_id)
