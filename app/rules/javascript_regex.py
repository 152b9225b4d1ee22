"""Regular expressions as JavaScript has them (no flags), searched for a bounded time (specs/apiscience.md section 7).

A pattern is read here and written anew for the `regex` module, in the few constructs that mean the same there: what
JavaScript does not know (possessive quantifiers, inline flags, fuzzy matching, classes by name) is refused or is the
plain text that JavaScript takes it for. Two differences are left: a character outside the basic plane counts as one,
and a group that matched in an earlier round of a loop keeps its text for back references.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import regex  # type: ignore[import-untyped]  # it has no types

from app.errors import InvalidInput
from app.rules.bounds import OUT_OF_TIME, SEARCH_SECONDS, TooCostly

MAX_PATTERN_LENGTH = 4096

_LARGEST_COUNT = 100_000
# The `regex` module writes out what must repeat: `(?:(?:a{100}){100}){100}` would take a gigabyte.
_HEAVIEST = 5_000
_LAST = 0x10FFFF

Range = tuple[int, int]
"""The first and last code point."""

_DIGITS: list[Range] = [(0x30, 0x39)]
_WORD: list[Range] = [*_DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
_SPACE: list[Range] = [(0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)]
_SPACE += [(0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]
_LINE_ENDS: list[Range] = [(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)]

_COUNT = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
_GROUP = re.compile(r"\(\?(?::|=|!|<=|<!|<([A-Za-z_$][\w$]*)>)", re.ASCII)
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z])", re.ASCII)
_OCTAL = re.compile(r"[0-3][0-7]{0,2}|[4-7][0-7]?", re.ASCII)
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_OPENERS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]?|\((?!\?)|\(\?<(?![=!])([^>]*)>", re.DOTALL)


def check(pattern: str) -> None:
    """Raise `InvalidInput` for what JavaScript would not compile, and for patterns beyond our bounds."""
    _compiled(pattern)


def found(pattern: str, text: str) -> bool:
    """Tell whether the pattern matches anywhere; raise `TooCostly`, and `InvalidInput` as `check` does.

    It lets other threads run while it searches.
    """
    try:
        return _compiled(pattern).search(text, timeout=SEARCH_SECONDS, concurrent=True) is not None
    except TimeoutError:
        raise TooCostly(OUT_OF_TIME) from None


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise InvalidInput(f"a regular expression has at most {MAX_PATTERN_LENGTH} characters")
    try:
        return regex.compile(_Translation(pattern).written(), regex.ASCII)
    except (regex.error, RecursionError, OverflowError) as error:
        raise InvalidInput(f"this is no regular expression of JavaScript: {error}") from error


class _Translation:
    """One pass over a pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        openers = [match for match in _OPENERS.finditer(pattern) if match[0].startswith("(")]
        self._groups = len(openers)
        self._numbers = {match[1]: number for number, match in enumerate(openers, 1) if match[1]}
        if len(self._numbers) < sum(match[1] is not None for match in openers):
            raise self._refused("two groups have the same name")
        self._begun = 0  # groups with a number
        self._open: list[tuple[str, int]] = []  # how each began, and its number or 0
        self._weights = [0]  # the parts of the pattern and of each open group, repetitions written out
        self._last_weight = 0

    def written(self) -> str:
        """Return the pattern as the `regex` module reads it."""
        parts: list[str] = []
        repeatable = False  # what stands before
        while char := self._peek():
            if self._is_quantifier():
                if not repeatable:
                    raise self._refused("nothing to repeat")
                parts.append(self._quantifier())
                repeatable = False
            elif char == "(":
                parts.append(self._group())
                repeatable = False
            elif char == ")":
                parts.append(self._next())
                repeatable = self._close()
            else:
                parts.append(self._atom())
                self._weigh(1)
                repeatable = parts[-1] not in _NOT_REPEATABLE
        if self._open:
            raise self._refused("a parenthesis is not closed")
        return "".join(parts)

    def _refused(self, why: str) -> InvalidInput:
        return InvalidInput(f"this is no regular expression of JavaScript: {why} at character {self._at + 1}")

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._peek()
        self._at += 1
        return char

    def _match(self, wanted: re.Pattern[str]) -> re.Match[str] | None:
        """Take what is here, if it is wanted."""
        match = wanted.match(self._pattern, self._at)
        self._at = match.end() if match else self._at
        return match

    def _is_quantifier(self) -> bool:
        return self._peek() in _REPEATERS or bool(_COUNT.match(self._pattern, self._at))

    def _quantifier(self) -> str:
        count = self._match(_COUNT)
        text = self._counted(count) if count else self._next()
        self._weights[-1] += self._last_weight * (max(1, int(count[1]) if count else 1) - 1)
        if self._weights[-1] > _HEAVIEST:
            raise self._refused(f"more than {_HEAVIEST} parts, repetitions counted,")
        if self._peek() == "?":
            text += self._next()
        return text

    def _counted(self, count: re.Match[str]) -> str:
        least = int(count[1])
        most = least if count[2] is None else int(count[3] or least)
        if least > _LARGEST_COUNT or most > _LARGEST_COUNT:
            raise self._refused(f"a count beyond {_LARGEST_COUNT}")
        if most < least:
            raise self._refused("numbers out of order")
        return f"{{{least},}}" if count[2] == "," else f"{{{least},{most}}}"

    def _group(self) -> str:
        group = self._match(_GROUP) if self._pattern.startswith("(?", self._at) else None
        text = group[0] if group else self._next()
        if not group and self._peek() == "?":
            raise self._refused("an unknown kind of group")
        is_numbered = not group or group[1] is not None
        self._begun += is_numbered
        self._open.append((text, self._begun if is_numbered else 0))
        self._weights.append(0)
        return "(" if is_numbered else text

    def _close(self) -> bool:
        """Close a group; tell whether it can be repeated."""
        if not self._open:
            raise self._refused("a closing parenthesis too many")
        self._weigh(1 + self._weights.pop())
        return self._open.pop()[0] not in ("(?<=", "(?<!")

    def _weigh(self, weight: int) -> None:
        self._last_weight = weight
        self._weights[-1] += weight

    def _atom(self) -> str:
        char = self._next()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        return _SAME.get(char) or _literal(ord(char))

    def _escape(self) -> str:
        char = self._peek()
        if char in ("b", "B"):
            return "\\" + self._next()
        if char == "k" and self._numbers:
            return self._named_reference()
        if char and char in "123456789":
            return self._reference()
        many = self._many()
        return _set(many) if many else _literal(self._code())

    def _named_reference(self) -> str:
        match = self._match(re.compile(r"k<([^>]*)>"))
        if match is None or match[1] not in self._numbers:
            raise self._refused("a reference to no group")
        return self._back_to(self._numbers[match[1]])

    def _reference(self) -> str:
        digits = re.compile(r"[0-9]+").match(self._pattern, self._at)
        if digits and int(digits[0]) <= self._groups:
            self._at = digits.end()
            return self._back_to(int(digits[0]))
        return _literal(self._code())

    def _back_to(self, group: int) -> str:
        """Refer to a group; one that has not matched, or not yet ended, is empty in JavaScript."""
        return "(?:)" if group in (number for _, number in self._open) else f"(?({group})\\{group}|)"

    def _many(self) -> list[Range] | None:
        """Take the letter of an escape that means many characters, as of a digit; None if it is none."""
        char = self._peek()
        ranges = _CLASSES.get(char.lower()) if char else None
        if ranges is None:
            return None
        self._at += 1
        return ranges if char.islower() else _complement(ranges)

    def _code(self) -> int:
        """Take the escape of one character, without its backslash."""
        if match := self._match(_CODE):
            return ord(match[3]) % 32 if match[3] else int(match[1] or match[2], 16)
        if match := self._match(_OCTAL):
            return int(match[0], 8)
        char = self._next()
        if not char:
            raise self._refused("a backslash at the end")
        if char == "c":  # no letter follows: the backslash is meant
            self._at -= 1
            return ord("\\")
        return _CONTROLS.get(char, ord(char))

    def _class(self) -> str:
        negated = self._peek() == "^"
        self._at += negated
        ranges: list[Range] = []
        while self._peek() != "]":
            first = self._class_item()
            if not (self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] not in ("]", "")):
                ranges += first
                continue
            self._at += 1
            ranges += self._between(first, self._class_item())
        self._at += 1
        return _set(_complement(ranges) if negated else ranges)

    def _between(self, first: list[Range], last: list[Range]) -> list[Range]:
        if not _is_one(first) or not _is_one(last):  # `[\\w-x]`: the dash is meant
            return [*first, (0x2D, 0x2D), *last]
        if last[0][0] < first[0][0]:
            raise self._refused("a range out of order")
        return [(first[0][0], last[0][0])]

    def _class_item(self) -> list[Range]:
        char = self._next()
        if not char:
            raise self._refused("a bracket is not closed")
        if char != "\\":
            return [(ord(char), ord(char))]
        if many := self._many():
            return many
        if self._peek() == "b":
            self._at += 1
            return [(0x08, 0x08)]
        code = self._code()
        return [(code, code)]


_REPEATERS = ("*", "+", "?")
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}


def _is_one(ranges: list[Range]) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _complement(ranges: Iterable[Range]) -> list[Range]:
    """Return all other characters."""
    rest: list[Range] = []
    start = 0
    for first, last in sorted(ranges):
        if first > start:
            rest.append((start, first - 1))
        start = max(start, last + 1)
    return [*rest, (start, _LAST)] if start <= _LAST else rest


def _literal(code: int) -> str:
    return f"\\U{code:08X}"


def _set(ranges: list[Range]) -> str:
    if not ranges:
        return "(?!)"
    return "[" + "".join(f"{_literal(first)}-{_literal(last)}" for first, last in ranges) + "]"


_SAME = {"^": "^", "$": r"\Z", "|": "|", ".": _set(_complement(_LINE_ENDS))}
_NOT_REPEATABLE = ("^", r"\Z", "|", r"\b", r"\B")
