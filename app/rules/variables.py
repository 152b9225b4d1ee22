"""`{{name}}` in the texts of a request: which names there are, what stands for them (specs/apiscience.md section 9)."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from sys import float_info
from typing import Any

from app.errors import InvalidInput
from app.rules.steps import StepRequest

MAX_NAMES = 200
"""Different names in one request; the others stay as they are written."""
MAX_FILLED_LENGTH = 1_000_000
"""Characters of one text after its names were filled in."""

_PLACEHOLDER = re.compile(r"\{\{([^{}]{1,200})\}\}")
_OPENING = "{{"
_BETWEEN = "{}"  # between texts: no name goes over it
_MISSING = object()
_EXACT_IN_A_FLOAT = 2**53


def names_in(request: StepRequest) -> tuple[str, ...]:
    """Return the different names in a request's address, values and body, in order; at most `MAX_NAMES`."""
    texts = _BETWEEN.join(_texts(request))
    if _OPENING not in texts:
        return ()
    found = (match[1].strip() for match in _PLACEHOLDER.finditer(texts))
    return tuple(dict.fromkeys(name for name in found if name))[:MAX_NAMES]


def filled_request(request: StepRequest, values: Mapping[str, str]) -> StepRequest:
    """Return the request with its names filled in; names without a value stay as they are written.

    Raises `InvalidInput` when a text grows beyond `MAX_FILLED_LENGTH`.
    """
    return replace(
        request,
        href=filled(request.href, values),
        headers=tuple((name, filled(value, values)) for name, value in request.headers),
        params=tuple((name, filled(value, values)) for name, value in request.params),
        body=None if request.body is None else filled(request.body, values),
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its names filled in, once: what a value holds is not filled in again."""
    length = len(text)

    def value(match: re.Match[str]) -> str:
        nonlocal length
        found = values.get(match[1].strip(), match[0])
        length += len(found) - len(match[0])
        if length > MAX_FILLED_LENGTH:
            raise InvalidInput(f"with its variables filled in, a text has more than {MAX_FILLED_LENGTH} characters")
        return found

    return _PLACEHOLDER.sub(value, text)


def looked_up(names: Iterable[str], variables: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands for those names that are variables, or lie within one: dots walk into objects and lists."""
    found = ((name, _value(name, variables)) for name in names)
    return {name: spelled(value) for name, value in found if value is not _MISSING}


def spelled(value: Any) -> str:
    """Return a JSON value the way JavaScript writes it: text as it is, null as nothing, objects as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else _as_json(value)


def number(value: float) -> str:
    """Return a number in JavaScript's shortest spelling: 1.0 is `1`, 1e16 is `10000000000000000`."""
    if value == 0 or (isinstance(value, int) and abs(value) <= _EXACT_IN_A_FLOAT):
        return str(int(value))
    sign = "-" if value < 0 else ""
    if abs(value) > float_info.max:
        return f"{sign}Infinity"
    digits, exponent = _decimal(abs(float(value)))
    point = exponent + 1  # how many of the digits stand before the point
    if len(digits) <= point <= _LONGEST_INTEGER:
        return sign + digits.ljust(point, "0")
    if 0 < point <= _LONGEST_INTEGER:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{exponent:+d}"


_LONGEST_INTEGER = 21
_SMALLEST_PLAIN = -6


def _decimal(value: float) -> tuple[str, int]:
    """Return the fewest digits that mean this number, and the power of ten of the first."""
    _, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits))
    return text.rstrip("0"), len(text) - 1 + int(exponent)


def _as_json(value: Any) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_as_json(str(key))}:{_as_json(item)}" for key, item in value.items()) + "}"
    return "[" + ",".join(map(_as_json, value)) + "]"


def _value(name: str, variables: Mapping[str, Any]) -> Any:
    if name in variables:
        return variables[name]
    path = [part for part in name.split(".") if part]
    value: Any = variables
    for part in path:
        step = _STEPS.get(type(value))
        value = step(value, part) if step else _MISSING
        if value is _MISSING:
            return _MISSING
    return value if path else _MISSING


def _item(items: list[Any], part: str) -> Any:
    if part == "length":
        return len(items)
    is_index = part.isdecimal() and part.isascii() and str(int(part)) == part and int(part) < len(items)
    return items[int(part)] if is_index else _MISSING


_STEPS: dict[type, Callable[[Any, str], Any]] = {
    dict: lambda mapping, part: mapping.get(part, _MISSING),
    list: _item,
}


def _texts(request: StepRequest) -> Iterable[str]:
    yield request.href
    yield from (value for _, value in request.headers)
    yield from (value for _, value in request.params)
    yield request.body or ""
