"""When an OnCalendar schedule is next due (specs/healthchecks.md section 10).

The library reads the syntax and walks a calendar without zones. What may be read, zones, changes of the clock and how
long a search may take are decided here.
"""

import copy
from calendar import isleap, monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from oncalendar import MAX_YEAR, RANGES, BaseIterator, Field, OnCalendarError

from app.errors import InvalidInput
from app.rules.cron import MAX_EXPRESSION_LENGTH
from app.rules.timezones import names, zone
from app.rules.wall_clock import jump, past_change

_SECOND = timedelta(seconds=1)
_CALENDAR_START = datetime(2000, 1, 1, tzinfo=UTC)
# In forty years every date falls on every weekday, so what was always skipped until then always will be.
_MOST_GAPS = 40


@dataclass(frozen=True, slots=True)
class OnCalendarExpression:
    """A valid OnCalendar expression: all that its lines name; made by `parse` only."""

    _lines: tuple["_Line", ...]

    @staticmethod
    def parse(text: str) -> "OnCalendarExpression":
        """Read lines; raise `InvalidInput` for what the dialect lacks and when none of them comes after 2000-01-01.

        Lines that were read before are remembered.
        """
        if len(text) > MAX_EXPRESSION_LENGTH or not text.isascii():
            raise InvalidInput(f"an OnCalendar expression is at most {MAX_EXPRESSION_LENGTH} ASCII characters")
        lines = tuple(line for part in text.strip().split("\n") if (line := _line(part)))
        if not lines:
            raise InvalidInput("this OnCalendar expression names no time after 2000-01-01")
        return OnCalendarExpression(lines)

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first occurrence later than `instant` (aware), in UTC; None when there is none before 2200.

        `zone` is that of the lines which name none.
        """
        if instant.year >= MAX_YEAR:
            return None
        found = (line.next_after(instant, line.zone or zone) for line in self._lines)
        return min((due for due in found if due), default=None)


@dataclass(frozen=True, slots=True)
class _Line:
    zone: ZoneInfo | None
    _walker: BaseIterator = field(repr=False, compare=False)

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        local = instant.astimezone(zone).replace(microsecond=0)
        # What a repeated hour holds has run in its first pass, so the second is left at once.
        due = self._walk(past_change(local) - _SECOND if local.fold else local)
        for _ in range(_MOST_GAPS):
            if due is None or jump(due) <= timedelta():
                return due and due.astimezone(UTC)
            due = self._walk(past_change(due) - _SECOND)
        return None

    def _walk(self, wall: datetime) -> datetime | None:
        """Return the next wall time on the schedule, as if the clock were never changed."""
        # The library keeps its place in the iterator: a copy for each walk keeps this object free of state.
        walker = copy.copy(self._walker)
        walker.dt = wall.replace(tzinfo=None)
        due = next(walker, None)
        return due and due.replace(tzinfo=wall.tzinfo)


@lru_cache(maxsize=1024)
def _line(text: str) -> _Line | None:
    """Read one line; None when it names no time after 2000-01-01. Raises `InvalidInput`."""
    words = text.split()
    own_zone = zone(words.pop()) if words and words[-1] in names() else None
    line = _Line(own_zone, _walker(" ".join(words)))
    return line if line.next_after(_CALENDAR_START, own_zone or zone("UTC")) else None


def _walker(text: str) -> BaseIterator:
    """Return what walks the dates of a line without zone, in years that have such dates.

    Left to itself, the library searches day by day until 2200 for a date that never comes.
    """
    try:
        walker = BaseIterator(text, _CALENDAR_START)
    except OnCalendarError as error:
        raise InvalidInput(f"'{text}' is no line of an OnCalendar expression: {error}") from error
    walker.years = {
        year
        for alike in _years_alike()
        if (wanted := alike & walker.years) and _has_date(walker, min(wanted))
        for year in wanted
    }
    return walker


def _has_date(walker: BaseIterator, year: int) -> bool:
    days = (date(year, month, day) for month in walker.months for day in range(1, monthrange(year, month)[1] + 1))
    return any(walker.match_dow(day) and walker.match_dom(day) for day in days)


@cache
def _years_alike() -> tuple[frozenset[int], ...]:
    """Return the years that the library knows, those together that have the same dates on the same weekdays."""
    kinds = defaultdict(set)
    for year in RANGES[Field.YEAR]:
        kinds[isleap(year), date(year, 1, 1).weekday()].add(year)
    return tuple(map(frozenset, kinds.values()))
