"""When a person's next report or nag is due, and of what time a report tells (specs/healthchecks.md section 11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.timezones import zone

SILENCE = timedelta(days=180)
"""Who got no ping for so long, about six months, gets no report."""

_FIRST_HOUR = 9
_MINUTES = 120
_DAY = timedelta(days=1)
_MONDAY = 0

_REPORTS_ON: Mapping[ReportRhythm, Callable[[date], bool]] = {
    ReportRhythm.DAILY: lambda _day: True,
    ReportRhythm.WEEKLY: lambda day: day.weekday() == _MONDAY,
    ReportRhythm.MONTHLY: lambda day: day.day == 1,
}
_NAGS_EVERY = {NagRhythm.HOURLY: timedelta(hours=1), NagRhythm.DAILY: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of one time zone, from `first` to `last`: the instants from `start` on that are before `end`."""

    first: date
    last: date
    start: datetime
    end: datetime


def next_report_at(rhythm: ReportRhythm, timezone: str, now: datetime, random: Random) -> datetime | None:
    """Return when a report is next due: at a random minute between 09:00 and 11:00 of the zone's clock, on a later day.

    Daily, on Mondays, or on the first of the month; None for OFF. A time that the clock skips is as much later.
    """
    due_on = _REPORTS_ON.get(rhythm)
    if due_on is None:
        return None
    day = now.astimezone(zone(timezone)).date() + _DAY
    while not due_on(day):
        day += _DAY
    at = datetime.combine(day, time(_FIRST_HOUR), zone(timezone)) + timedelta(minutes=random.randrange(_MINUTES))
    return at.astimezone(UTC)


def next_nag_at(rhythm: NagRhythm, now: datetime) -> datetime | None:
    """Return when to nag, if something is still down then: an hour or a day from now; None for OFF."""
    every = _NAGS_EVERY.get(rhythm)
    return None if every is None else now + every


def report_spans(rhythm: ReportRhythm, timezone: str, at: datetime) -> tuple[Span, Span]:
    """Return the last two days, weeks or months that were over at that instant, by the zone's clock, the newer first.

    ValueError for OFF.
    """
    today = at.astimezone(zone(timezone)).date()
    end = _period_start(rhythm, today)
    middle = _period_start(rhythm, end - _DAY)
    start = _period_start(rhythm, middle - _DAY)
    return _span(middle, end, timezone), _span(start, middle, timezone)


def _period_start(rhythm: ReportRhythm, day: date) -> date:
    """Return the first day of the period that the day is in."""
    if rhythm is ReportRhythm.DAILY:
        return day
    if rhythm is ReportRhythm.WEEKLY:
        return day - _DAY * day.weekday()
    if rhythm is ReportRhythm.MONTHLY:
        return day.replace(day=1)
    raise ValueError("no report, no period")


def _span(first: date, end: date, timezone: str) -> Span:
    return Span(first, end - _DAY, _midnight(first, timezone), _midnight(end, timezone))


def _midnight(day: date, timezone: str) -> datetime:
    """Return when a day begins: the first of two midnights, or the moment to which the clock is set forward."""
    return datetime.combine(day, time(), zone(timezone)).astimezone(UTC)
