"""The time that a report covers, and the buckets that it is cut into (specs/apiscience.md section 11)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.errors import InvalidInput

MOST_BUCKETS = 2000

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_ISO = re.compile(r"[\dW-]+(?:[T ][\d:.,]+(?:Z|[+-][\d:]+)?)?", re.ASCII)
_LOST_PLUS = re.compile(r"(?<=[\d.,]) (?=\d{2}(?::?\d{2})?$)", re.ASCII)
_MILLISECOND = 1000


class Resolution(StrEnum):
    """How long a bucket is; a week is seven days, from whatever instant on."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def step(self) -> timedelta:
        """The length of a bucket."""
        return _STEPS[self]


class Preset(StrEnum):
    """A span that ends at the moment of the request."""

    LAST_DAY = "lastDay"
    LAST_WEEK = "lastWeek"


_STEPS = {
    Resolution.HOUR: timedelta(hours=1),
    Resolution.DAY: timedelta(days=1),
    Resolution.WEEK: timedelta(days=7),
}
_RESOLUTIONS = {
    "hour": Resolution.HOUR,
    "hourly": Resolution.HOUR,
    "day": Resolution.DAY,
    "daily": Resolution.DAY,
    "week": Resolution.WEEK,
    "weekly": Resolution.WEEK,
}
_LENGTHS = {Preset.LAST_DAY: timedelta(days=1), Preset.LAST_WEEK: timedelta(days=7)}
_DEFAULTS = {Preset.LAST_DAY: Resolution.HOUR, Preset.LAST_WEEK: Resolution.DAY}


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What a request asked for: the last so many days, or the time from `start` on and before `end`."""

    resolution: Resolution
    preset: Preset | None = None
    start: datetime | None = None
    end: datetime | None = None

    def edges(self, now: datetime) -> tuple[datetime, ...]:
        """Return the instants between which the buckets are, ascending: one more than there are buckets.

        A preset steps back from now, with its milliseconds; else buckets step from `start`, the last is cut at `end`.
        """
        if self.preset is None:
            if self.start is None or self.end is None:
                raise InvalidInput("Give start and end, or preset.", path=("start",))
            return bucket_edges(self.start, self.end, self.resolution.step)
        now = _whole_milliseconds(now)
        length, step = _LENGTHS[self.preset], self.resolution.step
        start = now - length
        return (start, *(now - step * back for back in range(-(-length // step) - 1, -1, -1)))


def report_period(
    *, preset: str | None = None, start: str | None = None, end: str | None = None, resolution: str | None = None
) -> ReportPeriod:
    """Read the parameters of a request; InvalidInput names the one that is missing or wrong.

    With a preset only `resolution` counts beside it.
    """
    if preset is not None:
        chosen = _preset(preset)
        return ReportPeriod(_DEFAULTS[chosen] if resolution is None else _resolution(resolution), preset=chosen)
    since, until = _instant("start", start), _instant("end", end)
    if not resolution:
        raise _missing("resolution")
    period = ReportPeriod(_resolution(resolution), start=since, end=until)
    _count(since, until, period.resolution.step)
    return period


def bucket_edges(start: datetime, end: datetime, step: timedelta) -> tuple[datetime, ...]:
    """Cut the time from `start` to `end` into buckets of that length, the last one cut at `end`.

    InvalidInput when `start` is not before `end`, or when there would be more than `MOST_BUCKETS`.
    """
    return (*(start + step * number for number in range(_count(start, end, step))), end)


def parse_instant(text: str) -> datetime:
    """Read an instant of ISO 8601; UTC when it names no zone; a partial date is its first instant.

    Parts of milliseconds are dropped. An offset's `+` that became a space on the way is mended. InvalidInput when it
    is no such thing, or lies outside of the years 1 to 9999 of UTC.
    """
    text = text.strip().upper()
    if "T" in text or text.count(" ") > 1:
        text = _LOST_PLUS.sub("+", text)
    if partial := _PARTIAL.fullmatch(text):
        text = f"{partial[1]}-{partial[2] or '01'}-01"
    refused = InvalidInput("This must be a date of ISO 8601, such as 2014-09-01 or 2014-09-01T18:00:00Z.")
    if not _ISO.fullmatch(text):
        raise refused
    try:
        found = datetime.fromisoformat(text)
        return _whole_milliseconds(found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise refused from None


def _count(start: datetime, end: datetime, step: timedelta) -> int:
    """Return how many buckets there are between the two."""
    if start >= end:
        raise InvalidInput("The start must be before the end.", path=("start",))
    number = -(-(end - start) // step)
    if number > MOST_BUCKETS:
        raise InvalidInput(
            f"This would be {number} entries, {MOST_BUCKETS} are the most: ask for less time or a coarser resolution.",
            path=("resolution",),
        )
    return number


def _instant(name: str, text: str | None) -> datetime:
    if not text:
        raise _missing(name)
    try:
        return parse_instant(text)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=(name,)) from None


def _missing(name: str) -> InvalidInput:
    return InvalidInput(f"{name} is missing: give start, end and resolution, or preset.", path=(name,))


def _preset(text: str) -> Preset:
    try:
        return Preset(text)
    except ValueError:
        raise InvalidInput("The preset must be lastDay or lastWeek.", path=("preset",)) from None


def _resolution(text: str) -> Resolution:
    if text not in _RESOLUTIONS:
        raise InvalidInput("The resolution must be hour, day or week.", path=("resolution",))
    return _RESOLUTIONS[text]


def _whole_milliseconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // _MILLISECOND * _MILLISECOND)
