"""When a cron schedule is next due, in its time zone (specs/healthchecks.md section 10)."""

import copy
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter  # type: ignore[import-untyped]  # it ships no types

from app.errors import InvalidInput
from app.rules.cron_fields import croniter_expressions
from app.rules.wall_clock import jump, past_change

MAX_EXPRESSION_LENGTH = 100
"""Characters, with surrounding white space (specs/healthchecks.md section 6)."""

FIELD_COUNT = 5
"""The words of a cron expression."""

_BLANKS = re.compile(r"[ \t]+")
_MINUTE = timedelta(minutes=1)
_CALENDAR_START = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# From 2000 on, 28 years hold every pairing of a date with a weekday, leap days too.
_CALENDAR_CYCLE = 28
# Python's calendar stops at the year 9999, and croniter looks at most 50 years ahead.
_CALENDAR_END = 9900


@dataclass(frozen=True, slots=True)
class CronExpression:
    """A valid cron expression; made by `parse` only."""

    text: str
    keeps_clock: bool
    """True if hours and minutes are fixed, so that a change of the clock neither drops nor doubles an occurrence."""
    _walkers: tuple[croniter, ...] = field(repr=False, compare=False)

    @staticmethod
    @lru_cache(maxsize=1024)
    def parse(text: str) -> "CronExpression":
        """Read five fields; raise `InvalidInput` for what the dialect lacks and for dates that never come."""
        fields = _BLANKS.split(text.strip().upper())
        if len(text) > MAX_EXPRESSION_LENGTH or not text.isascii() or len(fields) != FIELD_COUNT:
            raise InvalidInput("a cron expression is five fields with spaces between them")
        walkers = tuple(walker for part in croniter_expressions(*fields) if (walker := _walker(part)))
        if not walkers:
            raise InvalidInput("this cron expression names a date that never comes")
        keeps_clock = not any(field.startswith("*") for field in fields[:2])
        return CronExpression(text, keeps_clock, walkers)

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first occurrence later than `instant` (aware), in UTC; None where the calendar ends."""
        if instant.year >= _CALENDAR_END:
            return None
        local = instant.astimezone(zone).replace(second=0, microsecond=0)
        due = self._by_clock(local) if self.keeps_clock else self._by_real_time(local)
        return due.astimezone(UTC)

    def _by_clock(self, local: datetime) -> datetime:
        # What a repeated hour holds has run in its first pass, so the second is left at once.
        due = self._walk(past_change(local) - _MINUTE if local.fold else local)
        return past_change(due) if jump(due) > timedelta() else due

    def _by_real_time(self, local: datetime) -> datetime:
        due = self._walk(local)
        change = jump(local)
        if change < timedelta():
            end = past_change(local)
            if due < end:
                return due.replace(fold=local.fold)
            if not local.fold and (again := self._walk(end + change - _MINUTE)) < end:
                return again.replace(fold=1)
        while jump(due) > timedelta():
            due = self._walk(past_change(due) - _MINUTE)
        return due

    def _walk(self, wall: datetime) -> datetime:
        """Return the next wall time on the schedule, as if the clock were never changed."""
        start = wall.replace(tzinfo=None)
        # croniter keeps its place in itself: a copy for each walk keeps this object free of state.
        found: list[datetime] = [copy.copy(walker).get_next(datetime, start) for walker in self._walkers]
        return min(found).replace(tzinfo=wall.tzinfo)


def _walker(expression: str) -> croniter | None:
    """Return a walker, or None if the expression's dates never come."""
    trial = croniter(expression, _CALENDAR_START, day_or=False, max_years_between_matches=_CALENDAR_CYCLE)
    try:
        trial.get_next()
    except CroniterBadDateError:
        return None
    return croniter(expression, _CALENDAR_START, day_or=False)
