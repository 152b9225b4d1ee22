"""When the next ping of a check is expected (specs/healthchecks.md sections 9.3 and 10)."""

from datetime import datetime, timedelta

from app.errors import InvalidInput
from app.rules.cron import CronExpression
from app.rules.states import ScheduleKind
from app.rules.timezones import zone


def schedule_kind(expression: str) -> ScheduleKind:
    """Tell what kind of schedule the expression is; InvalidInput when it is none."""
    CronExpression.parse(expression)
    return ScheduleKind.CRON


def next_expected(kind: ScheduleKind, period: int, expression: str, timezone: str, after: datetime) -> datetime | None:
    """Return when a ping is expected after `after`; None when the schedule never fires again."""
    if kind is ScheduleKind.PERIOD:
        return after + timedelta(seconds=period)
    if kind is ScheduleKind.CRON:
        return CronExpression.parse(expression).next_after(after, zone(timezone))
    raise InvalidInput(f"Schedules of kind {kind} cannot be computed.")
