"""How single values are written (specs/apiscience.md sections 1 and 8)."""

from datetime import UTC, datetime

from app.rules.steps import Pairs


def stamp(at: datetime) -> str:
    """Write an instant with three decimals, in UTC: `2014-06-16T17:49:17.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def number(value: float, digits: int = 2) -> float | int:
    """Write a number with two decimals, or as many as are asked for; a whole one as an integer."""
    rounded = round(float(value), digits)
    return int(rounded) if rounded.is_integer() else rounded


def one_pair_objects(pairs: Pairs) -> list[dict[str, str]]:
    """Write names and values in their order, duplicates and all."""
    return [{name: value} for name, value in pairs]
