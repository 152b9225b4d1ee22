"""Reports on monitors: how fast, and how often up, bucket by bucket (specs/apiscience.md section 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.rules.report_periods import ReportPeriod, Resolution
from app.store import monitors, reports
from app.store.monitors import MonitorRef
from app.store.reports import Figures
from graphql_api.context import Context


@dataclass(frozen=True, slots=True)
class Bucket:
    """One entry of a report: from `start` on and before `end`; no figures when nothing was measured."""

    start: datetime
    end: datetime
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a monitor between each two neighbours of `edges`, oldest first."""

    resolution: Resolution
    edges: Sequence[datetime]
    figures: Sequence[Figures | None]

    @property
    def start(self) -> datetime:
        """The start of the oldest bucket."""
        return self.edges[0]

    @property
    def end(self) -> datetime:
        """The end of the newest bucket."""
        return self.edges[-1]

    @property
    def buckets(self) -> list[Bucket]:
        """The entries, oldest first."""
        return [Bucket(*each) for each in zip(self.edges, self.edges[1:], self.figures, strict=False)]


async def performance_report(ctx: Context, *, ref: MonitorRef, period: ReportPeriod) -> Report:
    """Return how long the runs of a monitor took."""
    return await _report(ctx, ref, period)


async def uptime_report(ctx: Context, *, ref: MonitorRef, period: ReportPeriod) -> Report:
    """Return how many of the runs of a monitor passed."""
    return await _report(ctx, ref, period)


async def _report(ctx: Context, ref: MonitorRef, period: ReportPeriod) -> Report:
    monitor = await monitors.find(ctx.database, ctx.project().id, ref)
    now = ctx.now()
    edges = period.edges(now)
    return Report(period.resolution, edges, await reports.figures(ctx.database, monitor.id, edges, now=now))
