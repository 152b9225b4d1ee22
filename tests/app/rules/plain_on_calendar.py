"""A second, slow reading of what section 10 of specs/healthchecks.md says of OnCalendar: it parses nothing."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.app.rules.clock_changes import MINUTE, Tick, ticks
from tests.app.rules.plain_reading import DayField, Field, joined, joined_days, length_of_month

WEEKDAYS = ["Mon", "tue", "WEDNESDAY", "thursday", "Fri", "sat", "Sunday"]


@dataclass(frozen=True)
class Line:
    """One line: the text of each of its parts, and what they mean."""

    weekday: DayField
    date: DayField
    clock: str
    hour: Field
    minute: Field
    second: Field
    zone: str

    @property
    def text(self) -> str:
        return " ".join(filter(None, (self.weekday.text, self.date.text, self.clock, self.zone)))

    def on_date(self, day: date) -> bool:
        return self.weekday.holds(day) and self.date.holds(day)

    def in_minute(self, tick: Tick) -> bool:
        """Tell whether it comes in this minute: what is repeated is not run again, what is skipped never is."""
        if tick.repeated or not self.minute.holds(tick.wall.minute) or not self.hour.holds(tick.wall.hour):
            return False
        return self.on_date(tick.wall.date())

    def first_time(self) -> time:
        """Return when it first comes on a day by a clock that is never changed."""
        hour, minute, second = (
            next(n for n in range(60) if field.holds(n)) for field in (self.hour, self.minute, self.second)
        )
        return time(hour, minute, second)


@dataclass(frozen=True)
class Watched:
    """The minutes between two instants in which a line comes."""

    line: Line
    minutes: list[datetime]

    def next_after(self, instant: datetime) -> datetime | None:
        near = (minute for minute in self.minutes if minute > instant - MINUTE)
        seconds = [timedelta(seconds=n) for n in range(60) if self.line.second.holds(n)]
        return next((minute + second for minute in near for second in seconds if minute + second > instant), None)


def watched(line: Line, zone: ZoneInfo, start: datetime, end: datetime) -> Watched:
    """Watch the clock of a zone, unless the line names its own."""
    seen = ticks(ZoneInfo(line.zone) if line.zone else zone, start, end)
    return Watched(line, [tick.instant for tick in seen if line.in_minute(tick)])


def numbers(low: int, high: int) -> st.SearchStrategy[Field]:
    """A list of numbers, ranges and steps; a star stands alone."""
    value, step = st.integers(low, high), st.integers(1, high + 2)
    ends = st.tuples(value, value).map(sorted)
    item = st.one_of(
        value.map(lambda v: Field(f"{v:02}", lambda n: n == v)),
        ends.map(lambda pair: span(*pair)),
        st.builds(lambda v, s: Field(f"{v}/{s}", lambda n: n >= v and (n - v) % s == 0), value, step),
        # The library reads `5..5/2` as `5/2`; the specification does not say.
        st.builds(lambda pair, s: stepped(*pair, s), ends.filter(lambda pair: pair[0] < pair[1]), step),
    )
    return st.lists(item, min_size=1, max_size=2).map(joined) | st.just(Field("*", lambda _: True))


def span(first: int, last: int) -> Field:
    return Field(f"{first}..{last}", lambda n: first <= n <= last)


def stepped(first: int, last: int, step: int) -> Field:
    return Field(f"{first}..{last}/{step}", lambda n: first <= n <= last and (n - first) % step == 0)


def weekdays() -> st.SearchStrategy[DayField]:
    def range_of(first: int, last: int, between: str) -> DayField:
        first, last = sorted((first, last))
        text = f"{WEEKDAYS[first]}{between}{WEEKDAYS[last]}"
        return DayField(text, lambda day: first <= day.weekday() <= last)

    value = st.integers(0, 6)
    item = st.one_of(
        value.map(lambda v: DayField(WEEKDAYS[v], lambda day: day.weekday() == v)),
        st.builds(range_of, value, value, st.sampled_from(["-", ".."])),
    )
    some = st.lists(item, min_size=1, max_size=2).map(joined_days)
    return some | some.map(lambda days: DayField(days.text + ",", days.holds))


def days_from_the_end() -> st.SearchStrategy[DayField]:
    """`~1` is the last day; steps go on towards it."""

    def from_the_end(day: date) -> int:
        return length_of_month(day) - day.day + 1

    value, step = st.integers(1, 28), st.integers(1, 30)
    item = st.one_of(
        value.map(lambda v: Field(str(v), lambda n: n == v)),
        st.tuples(value, value).map(sorted).map(lambda pair: span(*pair)),
        st.builds(lambda v, s: Field(f"{v}/{s}", lambda n: n <= v and (v - n) % s == 0), value, step),
    )
    return (
        st.lists(item, min_size=1, max_size=2)
        .map(joined)
        .map(lambda field: DayField(f"~{field.text}", lambda day: field.holds(from_the_end(day))))
    )


def years() -> st.SearchStrategy[Field]:
    value = st.integers(2000, 2069)
    return st.one_of(
        st.just(Field("", lambda _: True)),
        st.just(Field("*-", lambda _: True)),
        st.tuples(value, value).map(sorted).map(lambda pair: Field(f"{pair[0]}..{pair[1]}-", span(*pair).holds)),
        st.integers(2000, 2199).map(lambda v: Field(f"{v}/2-", lambda n: n >= v and n % 2 == v % 2)),
        value.map(lambda v: Field(f"{v % 100:02}-", lambda n: n == v)),
    )


def dates() -> st.SearchStrategy[DayField]:
    def dated(year: Field, month: Field, day: DayField) -> DayField:
        text = f"{year.text}{month.text}{day.text}"
        return DayField(text, lambda d: year.holds(d.year) and month.holds(d.month) and day.holds(d))

    forward = numbers(1, 31).map(lambda field: DayField(f"-{field.text}", lambda day: field.holds(day.day)))
    return st.builds(dated, years(), numbers(1, 12), forward | days_from_the_end())


def clocks() -> st.SearchStrategy[tuple[str, Field, Field, Field]]:
    second = st.just(Field("", is_zero)) | numbers(0, 59)
    return st.tuples(numbers(0, 23), numbers(0, 59), second).map(
        lambda parts: (":".join(part.text for part in parts if part.text), *parts)
    )


def is_any(_number: int) -> bool:
    return True


def is_zero(number: int) -> bool:
    return number == 0


EVERY_DAY = DayField("", lambda _: True)
MIDNIGHT = ("", *[Field("", is_zero)] * 3)
ZONES = st.sampled_from(["", "", "UTC", "Europe/Riga"])
WORDS = {
    "minutely": (is_any, is_any, lambda _: True),
    "Hourly": (is_any, is_zero, lambda _: True),
    "daily": (is_zero, is_zero, lambda _: True),
    "WEEKLY": (is_zero, is_zero, lambda day: day.isoweekday() == 1),
    "monthly": (is_zero, is_zero, lambda day: day.day == 1),
    "quarterly": (is_zero, is_zero, lambda day: day.day == 1 and day.month in (1, 4, 7, 10)),
    "semiannually": (is_zero, is_zero, lambda day: day.day == 1 and day.month in (1, 7)),
    "yearly": (is_zero, is_zero, lambda day: (day.month, day.day) == (1, 1)),
    "annually": (is_zero, is_zero, lambda day: (day.month, day.day) == (1, 1)),
}


def word(text: str, zone: str) -> Line:
    hour, minute, day = WORDS[text]
    clock = Field("", hour), Field("", minute), Field("", is_zero)
    return Line(DayField(text, lambda _: True), DayField("", day), "", *clock, zone)


def any_line(zone: st.SearchStrategy[str] = ZONES) -> st.SearchStrategy[Line]:
    """A line with some of its parts, or a word for a whole line."""
    line = st.builds(
        lambda weekday, day, clock, zone: Line(weekday, day, *clock, zone),
        st.just(EVERY_DAY) | weekdays(),
        st.just(EVERY_DAY) | dates(),
        st.just(MIDNIGHT) | clocks(),
        zone,
    )
    return line.filter(lambda made: made.text != made.zone) | st.builds(word, st.sampled_from(sorted(WORDS)), zone)


def daily_line() -> st.SearchStrategy[Line]:
    return st.builds(lambda clock, zone: Line(EVERY_DAY, EVERY_DAY, *clock, zone), clocks(), ZONES)
