"""When the next ping of a check is expected (specs/healthchecks.md sections 9.3 and 10)."""

from datetime import datetime, timedelta

from app.rules.cron import FIELD_COUNT, CronExpression
from app.rules.on_calendar import OnCalendarExpression
from app.rules.states import ScheduleKind
from app.rules.timezones import zone


def schedule_kind(expression: str) -> ScheduleKind:
    """Tell what kind of schedule the expression is: one line of five words is cron; InvalidInput when it is none."""
    one_line = "\n" not in expression.strip()
    kind = ScheduleKind.CRON if one_line and len(expression.split()) == FIELD_COUNT else ScheduleKind.ON_CALENDAR
    _read(kind, expression)
    return kind


def next_expected(kind: ScheduleKind, period: int, expression: str, timezone: str, after: datetime) -> datetime | None:
    """Return when a ping is expected after `after`; None when the schedule never fires again."""
    if kind is ScheduleKind.PERIOD:
        return after + timedelta(seconds=period)
    return _read(kind, expression).next_after(after, zone(timezone))


def _read(kind: ScheduleKind, expression: str) -> CronExpression | OnCalendarExpression:
    return CronExpression.parse(expression) if kind is ScheduleKind.CRON else OnCalendarExpression.parse(expression)
