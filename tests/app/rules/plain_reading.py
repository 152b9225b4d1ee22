"""A second, slow reading of what section 10 of specs/healthchecks.md says of cron: it parses nothing."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from hypothesis import strategies as st

from tests.app.rules.clock_changes import Tick

MONTHS = ["jan", "Feb", "MAR", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "DEC"]
WEEKDAYS = ["sun", "Mon", "TUE", "wed", "thu", "fri", "sat", "7"]


@dataclass(frozen=True)
class Field:
    """The text of a field, and what it means."""

    text: str
    holds: Callable[[int], bool]

    @property
    def starred(self) -> bool:
        return self.text.startswith("*")


@dataclass(frozen=True)
class DayField:
    """The same for the two day fields, which look at a whole date."""

    text: str
    holds: Callable[[date], bool]

    @property
    def starred(self) -> bool:
        return self.text.startswith("*")


@dataclass(frozen=True)
class Schedule:
    minute: Field
    hour: Field
    day: DayField
    month: Field
    weekday: DayField

    @property
    def text(self) -> str:
        return " ".join(field.text for field in (self.minute, self.hour, self.day, self.month, self.weekday))

    def on_date(self, day: date) -> bool:
        both = self.day.starred or self.weekday.starred
        verdicts = self.day.holds(day), self.weekday.holds(day)
        return self.month.holds(day.month) and (all(verdicts) if both else any(verdicts))

    def at(self, wall: datetime) -> bool:
        return self.hour.holds(wall.hour) and self.minute.holds(wall.minute) and self.on_date(wall.date())


def occurrences(schedule: Schedule, watched: list[Tick]) -> list[datetime]:
    """Return when a cron that wakes every minute would run the job."""
    if schedule.minute.starred or schedule.hour.starred:
        return [tick.instant for tick in watched if schedule.at(tick.wall)]
    first_passes = [tick for tick in watched if not tick.repeated]
    return [tick.instant for tick in first_passes if schedule.at(tick.wall) or any(map(schedule.at, tick.skipped))]


def numbers(low: int, high: int, words: list[str] | None = None) -> st.SearchStrategy[Field]:
    def written(number: int) -> str:
        return words[number - low] if words and number % 2 else str(number)

    def span(first: int, last: int) -> Field:
        first, last = sorted((first, last))
        return Field(f"{written(first)}-{written(last)}", lambda n: first <= n <= last)

    def stepped(first: int, last: int, step: int) -> Field:
        first, last = sorted((first, last))
        return Field(f"{written(first)}-{last}/{step}", lambda n: first <= n <= last and (n - first) % step == 0)

    value, step = st.integers(low, high), st.integers(1, high + 2)
    item = st.one_of(
        value.map(lambda v: Field(written(v), lambda n: n == v)),
        st.builds(span, value, value),
        st.builds(stepped, value, value, step),
        st.builds(lambda v, s: Field(f"{v}/{s}", lambda n: n >= v and (n - v) % s == 0), value, step),
        step.map(lambda s: Field(f"*/{s}", lambda n: (n - low) % s == 0)),
        st.just(Field("*", lambda _: True)),
    )
    return st.lists(item, min_size=1, max_size=3).map(joined)


def joined(fields: list[Field]) -> Field:
    return Field(",".join(f.text for f in fields), lambda n: any(f.holds(n) for f in fields))


def joined_days(fields: list[DayField]) -> DayField:
    return DayField(",".join(f.text for f in fields), lambda day: any(f.holds(day) for f in fields))


def days_of_month() -> st.SearchStrategy[DayField]:
    plain = numbers(1, 31).map(lambda field: DayField(field.text, lambda day: field.holds(day.day)))
    last = DayField("L", lambda day: day.day == length_of_month(day))
    last_weekday = DayField("lw", is_last_weekday)
    return st.lists(st.one_of(plain, plain, st.sampled_from([last, last_weekday])), min_size=1, max_size=2).map(
        joined_days
    )


def days_of_week() -> st.SearchStrategy[DayField]:
    plain = numbers(0, 7, WEEKDAYS).map(weekday_by_number)
    nth = st.builds(nth_weekday, st.integers(0, 7), st.integers(1, 5))
    last = st.integers(0, 7).map(lambda w: DayField(f"{w}L", lambda day: is_weekday(day, w) and is_in_last_week(day)))
    return st.lists(st.one_of(plain, plain, nth, last), min_size=1, max_size=2).map(joined_days)


def weekday_by_number(field: Field) -> DayField:
    return DayField(field.text, lambda day: any(is_weekday(day, n) and field.holds(n) for n in range(8)))


def nth_weekday(weekday: int, nth: int) -> DayField:
    return DayField(f"{weekday}#{nth}", lambda day: is_weekday(day, weekday) and (day.day - 1) // 7 + 1 == nth)


def is_weekday(day: date, number: int) -> bool:
    return day.isoweekday() % 7 == number % 7


def length_of_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def is_in_last_week(day: date) -> bool:
    return day.day + 7 > length_of_month(day)


def is_last_weekday(day: date) -> bool:
    later = [day.replace(day=n) for n in range(day.day + 1, length_of_month(day) + 1)]
    return day.isoweekday() <= 5 and all(other.isoweekday() > 5 for other in later)


def any_schedule() -> st.SearchStrategy[Schedule]:
    return st.builds(Schedule, numbers(0, 59), numbers(0, 23), days_of_month(), numbers(1, 12, MONTHS), days_of_week())


def daily_schedule() -> st.SearchStrategy[Schedule]:
    every_day = DayField("*", lambda _: True)
    every_month = Field("*", lambda _: True)
    times = numbers(0, 59), numbers(0, 23)
    return st.builds(Schedule, *times, st.just(every_day), st.just(every_month), st.just(every_day))
