"""What the endpoints of checks and reports say of themselves, for OpenAPI."""

from app.rules.report_periods import Preset, Resolution
from rest_compat.apiscience.descriptions import CHECK
from rest_compat.apiscience.reports import AVERAGES
from rest_compat.apiscience.shapes import BAD, INSTANT, MISSING, NO_KEY, PAGES, PAGINATION, TEXT, enveloped, shape, some
from rest_compat.description import Description, Schema

_PERIOD = {"startPeriod": INSTANT, "endPeriod": INSTANT}
_ASKED: dict[str, Schema] = {
    "preset": {"enum": [preset.value for preset in Preset]},
    "start": TEXT,
    "end": TEXT,
    "resolution": {"enum": ["hour", "day", "week", "hourly", "daily", "weekly"]},
}
_META: dict[str, Schema] = {"resolution": {"enum": [resolution.value for resolution in Resolution]}, **_PERIOD}
_REFUSED = BAD | NO_KEY | MISSING


def _report(values: dict[str, Schema]) -> Schema:
    return enveloped(some(shape({**values, **_PERIOD})), count=True, meta=_META)


CHECKS = Description(
    summary="Get Checks For A Monitor",
    query=PAGES,
    answers={200: enveloped(some(CHECK), count=True, more={"pagination": PAGINATION})},
    refusals=_REFUSED,
)
CHECK_GET = Description(summary="Get a Check", answers={200: enveloped(CHECK)}, refusals=NO_KEY | MISSING)
PERFORMANCE = Description(
    summary="Performance Report",
    query=_ASKED,
    answers={200: _report({name: {"type": ["number", "null"], "minimum": 0} for name in AVERAGES})},
    refusals=_REFUSED,
)
UPTIME = Description(
    summary="Uptime Report",
    query=_ASKED,
    answers={200: _report({"uptime": {"type": ["number", "null"], "minimum": 0, "maximum": 1}})},
    refusals=_REFUSED,
)
