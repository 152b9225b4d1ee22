"""Figures of a monitor: how fast it was, and how often up."""

from datetime import datetime

import strawberry

from app.probes.result import PhaseTimes as Times
from app.store import reports
from app.store.reports import Figures, Percentiles
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.measured import PhaseTimes
from graphql_api.resolvers import figures
from graphql_api.resolvers.figures import Point, Series, Uptime

_PERCENT = 100.0


def _average(root: Figures) -> float:
    return root.mean_total


def _phases(root: Figures) -> Times:
    return root.mean_phases


def _totals(root: Series) -> Figures | None:
    return reports.total(point.figures for point in root.points)


def _points(root: Series) -> list[Point]:
    return list(root.points)


async def _percentiles(root: Series, info: Info) -> Percentiles | None:
    return await figures.percentiles(info.context, series=root)


def _percent(root: Uptime) -> float | None:
    return None if root.figures is None else root.figures.uptime * _PERCENT


def _runs(root: Uptime) -> int:
    return 0 if root.figures is None else root.figures.runs


def _failures(root: Uptime) -> int:
    return 0 if root.figures is None else root.figures.failures


async def _outages(root: Uptime, info: Info) -> int:
    return await figures.outages_within(info.context, uptime=root)


@node_type(Figures, "What the runs of one stretch of time were. Those that were not measured do not count.")
class PerformanceFigures:
    """Describes `Figures`."""

    runs: int = stored("How many runs were measured.")
    slow: int = stored("How many of them passed above the limit of the monitor.")
    failures: int = stored("How many of them failed.")
    average_ms: float = plain(_average, "The mean of their whole times, in milliseconds.")
    total_min: float = stored("The shortest of their whole times, in milliseconds.", name="minMs")
    total_max: float = stored("The longest of their whole times, in milliseconds.", name="maxMs")
    phases: PhaseTimes = plain(
        _phases, "The mean of each part of their times; one that did not happen in a run counts as nothing."
    )


@node_type(Percentiles, "Whole times of runs, in milliseconds, by nearest rank.")
class PerformancePercentiles:
    """Describes `Percentiles`."""

    median: float = stored("Half of the runs took no longer.", name="medianMs")
    p95: float = stored("95 of a hundred runs took no longer.", name="p95Ms")
    p99: float = stored("99 of a hundred runs took no longer.", name="p99Ms")


@node_type(Point, "One stretch of a series.")
class PerformancePoint:
    """Describes `Point`."""

    start: datetime = stored("Its first instant.", name="at")
    end: datetime = stored("Its end, which is not part of it.", name="until")
    figures: PerformanceFigures | None = stored("What the runs were; null when nothing was measured.")


@node_type(Series, "How long the runs of a monitor took, over some time.")
class PerformanceSeries:
    """Describes `Series`."""

    totals: PerformanceFigures | None = plain(_totals, "All points together; null when nothing was measured.")
    percentiles: PerformancePercentiles | None = fetched(
        _percentiles, "Of all points together; null when nothing was measured, or its runs are no longer kept."
    )
    points: list[PerformancePoint] = plain(_points, "Its stretches, oldest first; at most 2000.")


@strawberry.type(description="How often a monitor was up, over some time.")
class UptimeFigures:
    """Describes `Uptime`."""

    percent: float | None = plain(
        _percent, "How many of a hundred measured runs passed; null when nothing was measured."
    )
    runs: int = plain(_runs, "How many runs were measured.")
    failures: int = plain(_failures, "How many of them failed.")
    outages: int = fetched(_outages, "How many outages touched this time.")
