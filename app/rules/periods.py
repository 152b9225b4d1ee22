"""The time that figures cover, as GraphQL clients name it (GRAPHQL.md section 6)."""

import re
from datetime import UTC, datetime, timedelta

from app.errors import InvalidInput
from app.rules.timezones import zone

_MONTH = re.compile(r"([1-8][0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)
_LAST_MONTH = 12
_HOURLY_UP_TO = timedelta(days=2)

Period = tuple[datetime, datetime]
"""From the one instant on, and before the other."""


def last_seconds(seconds: int, now: datetime) -> Period:
    """Return the time from so many seconds ago until now; InvalidInput for none."""
    if seconds < 1:
        raise InvalidInput("A period lasts at least a second.", path=("last",))
    return now - timedelta(seconds=seconds), now


def between(start: datetime, end: datetime) -> Period:
    """Return the time between the two; InvalidInput unless the first is the earlier one."""
    if start >= end:
        raise InvalidInput("`from` must be before `until`.", path=("range",))
    return start, end


def month(text: str, timezone: str) -> Period:
    """Return a calendar month, such as `2026-03`, in a time zone; InvalidInput for another text."""
    found = _MONTH.fullmatch(text)
    if not found:
        raise InvalidInput("A month looks like 2026-03.", path=("month",))
    year, number = int(found[1]), int(found[2])
    following = (year + 1, 1) if number == _LAST_MONTH else (year, number + 1)
    start, end = (datetime(*one, 1, tzinfo=zone(timezone)).astimezone(UTC) for one in ((year, number), following))
    return start, end


def usual_step(period: Period) -> timedelta:
    """Return how long the points of a series are when nobody says: an hour in up to two days, else a day."""
    start, end = period
    return timedelta(hours=1) if end - start <= _HOURLY_UP_TO else timedelta(days=1)
