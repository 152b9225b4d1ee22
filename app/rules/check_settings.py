"""What the settings of a check may be, whoever writes them (specs/healthchecks.md section 6)."""

import re

from app.errors import InvalidInput
from app.rules.schedules import schedule_kind
from app.rules.states import ScheduleKind
from app.rules.timezones import canonical_name

SHORTEST_PERIOD = 60
LONGEST_PERIOD = 31_536_000
MOST_FAILURES = 100
"""The most failures in a row that a check may tolerate and one."""
SHORTEST_REMINDER = 300
LONGEST_NAME = 100
LONGEST_TAGS = 500
LONGEST_KEYWORDS = 200
LONGEST_DESCRIPTION = 100_000
METHODS = ("", "POST")
"""What may be said of HTTP methods: all count as signals, or POST alone."""
_SLUG = re.compile(r"[a-z0-9_-]*", re.ASCII)


def checked_text(text: str, field: str, longest: int) -> str:
    """Return the text; InvalidInput when it is too long or holds a NUL character, which PostgreSQL cannot keep."""
    if len(text) > longest:
        raise InvalidInput(f"{field} is too long", path=(field,))
    if "\0" in text:
        raise InvalidInput(f"{field} contains a NUL character", path=(field,))
    return text


def checked_slug(slug: str) -> str:
    """Return the slug; InvalidInput when it holds other characters than a-z, 0-9, dash and underscore."""
    if _SLUG.fullmatch(slug) is None:
        raise InvalidInput("slug does not match pattern", path=("slug",))
    return checked_text(slug, "slug", LONGEST_NAME)


def checked_seconds(seconds: int, field: str) -> int:
    """Return a period or grace in seconds; InvalidInput below a minute or above a year."""
    if seconds < SHORTEST_PERIOD:
        raise InvalidInput(f"{field} is too small", path=(field,))
    if seconds > LONGEST_PERIOD:
        raise InvalidInput(f"{field} is too large", path=(field,))
    return seconds


def checked_failures(count: int) -> int:
    """Return how many failures in a row take a check down; InvalidInput unless from 1 to 100."""
    if not 1 <= count <= MOST_FAILURES:
        raise InvalidInput(f"From 1 to {MOST_FAILURES} failures can take a check down", path=("failures_before_down",))
    return count


def checked_reminders(seconds: int) -> int:
    """Return the seconds between reminders; InvalidInput below five minutes or above a year."""
    if not SHORTEST_REMINDER <= seconds <= LONGEST_PERIOD:
        raise InvalidInput(
            f"Reminders can be from {SHORTEST_REMINDER} to {LONGEST_PERIOD} seconds apart", path=("remind_every",)
        )
    return seconds


def checked_schedule(expression: str) -> tuple[str, ScheduleKind]:
    """Return the expression and its kind; InvalidInput when it is none."""
    try:
        return checked_text(expression, "schedule", LONGEST_NAME), schedule_kind(expression)
    except InvalidInput as error:
        raise InvalidInput("schedule is not a valid cron or OnCalendar expression", path=("schedule",)) from error


def checked_timezone(name: str) -> str:
    """Return the zone's current name; InvalidInput when there is no such zone."""
    try:
        return canonical_name(name)
    except InvalidInput as error:
        raise InvalidInput("tz is not a valid timezone", path=("timezone",)) from error
