"""The grammar of cron expressions: what each of the five fields may say (specs/healthchecks.md section 10)."""

import re
from dataclasses import dataclass
from itertools import product

from app.errors import InvalidInput

_ITEM = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]+))?", re.ASCII)
_NTH_WEEKDAY = re.compile(r"(?P<day>\w+)#(?P<nth>[1-5])", re.ASCII)
_LAST_OF_WEEKDAY = re.compile(r"(?P<day>[0-9]+)L", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def values(self, item: str) -> range:
        match = _ITEM.fullmatch(item)
        if match is None:
            raise self.refusal(item)
        first, last, step = match["first"], match["last"], match["step"]
        start = self.number(first) if first else self.low
        lone = first and not step
        end = self.number(last) if last else start if lone else self.high
        if start > end or (step and not int(step)):
            raise self.refusal(item)
        return range(start, end + 1, int(step or 1))

    def number(self, word: str) -> int:
        if word in self.words:
            return self.low + self.words.index(word)
        if not word.isdecimal() or not self.low <= int(word) <= self.high:
            raise self.refusal(word)
        return int(word)

    def refusal(self, item: str) -> InvalidInput:
        return InvalidInput(f"'{item}' does not fit the {self.name} field of a cron expression")


_MONTH_WORDS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAY_WORDS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MINUTE = _Field("minute", 0, 59)
_HOUR = _Field("hour", 0, 23)
_DAY = _Field("day-of-month", 1, 31)
_MONTH = _Field("month", 1, 12, _MONTH_WORDS)
_WEEKDAY = _Field("day-of-week", 0, 7, _WEEKDAY_WORDS)


def croniter_expressions(minute: str, hour: str, day: str, month: str, weekday: str) -> list[str]:
    """Return plain expressions for croniter that together mean what the five fields (in capitals) mean.

    Every number is spelled out, because croniter reads `5-5` as the whole field. The two day fields are split
    into parts that croniter can only intersect, so that their union is ours to make. Raises `InvalidInput`.
    """
    clock = f"{_numbers(_MINUTE, minute)} {_numbers(_HOUR, hour)}"
    months = _numbers(_MONTH, month)
    return [f"{clock} {on_day} {months} {on_weekday}" for on_day, on_weekday in _day_pairs(day, weekday)]


def _day_pairs(day: str, weekday: str) -> list[tuple[str, str]]:
    days, weekdays = _day_parts(day), _weekday_parts(weekday)
    # The rule of Debian's cron, which looks at the first character alone: `*/10` counts as unrestricted.
    if day.startswith("*") or weekday.startswith("*"):
        return list(product(days, weekdays))
    return [(part, "*") for part in days] + [("*", part) for part in weekdays]


def _numbers(field: _Field, text: str) -> str:
    return _spelled({number for item in text.split(",") for number in field.values(item)}, field.high - field.low + 1)


def _day_parts(text: str) -> list[str]:
    items = text.split(",")
    numbers = {number for item in items if item not in {"L", "LW"} for number in _DAY.values(item)}
    plain = [_spelled(numbers, 31)] if numbers else []
    last = ["l"] if "L" in items else []
    # croniter takes the day nearest to the 31st within the month that is Monday to Friday: the last weekday.
    return plain + last + (["31w"] if "LW" in items else [])


def _weekday_parts(text: str) -> list[str]:
    plain: set[int] = set()
    special: set[str] = set()
    for item in text.split(","):
        if nth := _NTH_WEEKDAY.fullmatch(item):
            special.add(f"{_WEEKDAY.number(nth['day']) % 7}#{nth['nth']}")
        elif last := _LAST_OF_WEEKDAY.fullmatch(item):
            special.add(f"l{_WEEKDAY.number(last['day']) % 7}")
        else:
            plain.update(number % 7 for number in _WEEKDAY.values(item))
    return ([_spelled(plain, 7)] if plain else []) + ([",".join(sorted(special))] if special else [])


def _spelled(numbers: set[int], size: int) -> str:
    return "*" if len(numbers) == size else ",".join(map(str, sorted(numbers)))
