"""Whether a JSON value does what the text of a validation expects."""

import math
import operator
from collections.abc import Callable
from typing import Any

import orjson

from app.rules.variables import number


def equals(value: Any, expected: str) -> bool:
    """Tell whether a text is this text, or another JSON value is what this text means as JSON."""
    if isinstance(value, str):
        return value == expected
    try:
        return _same(value, orjson.loads(expected))
    except orjson.JSONDecodeError:
        return False


def contains(value: Any, expected: str) -> bool:
    """Tell whether a text has this text within it, a list this item, an object this member."""
    if isinstance(value, list):
        return any(equals(item, expected) for item in value)
    return expected in (value if isinstance(value, dict) else as_text(value))


def as_number(value: Any) -> float | None:
    """Return a finite number, or the one that a text spells; None for all else."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def compares(compare: Callable[[float, float], bool]) -> Callable[[Any, str], bool]:
    """Return the condition that two numbers stand in this order; what is no number stands in none."""

    def holds(value: Any, expected: str) -> bool:
        left, right = as_number(value), as_number(expected)
        return left is not None and right is not None and compare(left, right)

    return holds


greater_than = compares(operator.gt)
at_least = compares(operator.ge)
less_than = compares(operator.lt)
at_most = compares(operator.le)


def as_text(value: Any) -> str:
    """Write a value for patterns and for people: text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return orjson.dumps(value).decode()


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):  # to Python, true is 1
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right)
