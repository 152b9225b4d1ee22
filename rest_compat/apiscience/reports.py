"""Reports on a monitor: what requests mean, and how they are written (specs/apiscience.md section 11)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.errors import InvalidInput
from app.rules.report_periods import report_period
from app.store.reports import Figures
from graphql_api.resolvers import monitors
from graphql_api.resolvers.reports import Report
from rest_compat.apiscience import envelope
from rest_compat.apiscience.arguments import ref
from rest_compat.apiscience.envelope import Written
from rest_compat.apiscience.errors import Fault, Faulty
from rest_compat.apiscience.words import number, stamp
from rest_compat.routing import Call

PARAMETERS = ("preset", "start", "end", "resolution")

AVERAGES: Mapping[str, Callable[[Figures], float]] = {
    "averageResolve": lambda figures: figures.mean_phases.resolve_ms or 0,
    "averageConnect": lambda figures: (figures.mean_phases.connect_ms or 0) + (figures.mean_phases.tls_ms or 0),
    "averageProcessing": lambda figures: figures.mean_phases.processing_ms or 0,
    "averageTransfer": lambda figures: figures.mean_phases.transfer_ms or 0,
    "averageClosing": lambda figures: figures.mean_phases.closing_ms or 0,
    "averageTotal": lambda figures: figures.mean_total,
}
"""Mean milliseconds of the parts of checks; TLS is part of connecting."""
_UPTIME_DIGITS = 4


async def asked(call: Call) -> Mapping[str, Any]:
    """Return the monitor and the period; a monitor that is not there is told before what is wrong with the period."""
    given = {name: call.query[name] for name in PARAMETERS if name in call.query}
    try:
        _refuse_missing(given)
        return {"ref": ref(call), "period": report_period(**given)}
    except InvalidInput:
        await monitors.monitor_get(call.ctx, ref=ref(call))
        raise


def _refuse_missing(given: Mapping[str, str]) -> None:
    missing = [] if "preset" in given else [name for name in PARAMETERS if name != "preset" and not given.get(name)]
    if missing:
        raise Faulty([Fault((name,), "is missing: give start, end and resolution, or preset") for name in missing])


async def performance(_call: Call, report: Report) -> Written:
    """Answer with the mean milliseconds of each bucket."""
    return _written(report, _averages)


async def uptime(_call: Call, report: Report) -> Written:
    """Answer with the share of checks that succeeded in each bucket, from 0 to 1."""
    return _written(report, _uptime)


def _averages(figures: Figures | None) -> Written:
    return {name: None if figures is None else number(read(figures)) for name, read in AVERAGES.items()}


def _uptime(figures: Figures | None) -> Written:
    return {"uptime": None if figures is None else number(figures.uptime, _UPTIME_DIGITS)}


def _written(report: Report, values: Callable[[Figures | None], Written]) -> Written:
    entries = [{**values(bucket.figures), **_period(bucket.start, bucket.end)} for bucket in reversed(report.buckets)]
    return envelope.many(entries, resolution=report.resolution.value, **_period(report.start, report.end))


def _period(start: datetime, end: datetime) -> Written:
    return {"startPeriod": period_stamp(start), "endPeriod": period_stamp(end)}


def period_stamp(at: datetime) -> str:
    """Write an instant in UTC: with three decimals, or with none when they are zero."""
    return stamp(at).replace(".000Z", "Z")
