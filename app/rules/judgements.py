"""Whether a response meets a validation, and what to tell when it does not. JavaScript is judged where it runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.rules import conditions, javascript_regex, json_paths, status_codes
from app.rules.bounds import Stopwatch, TooCostly
from app.rules.steps import StepResponse
from app.rules.validations import NEGATED, Validation, ValidationOperator, ValidationSource

_LONGEST_SHOWN = 200


@dataclass(slots=True)
class Judgement:
    """What came of one validation; `message` is empty when it passed, `actual` the start of what was found."""

    passed: bool
    actual: str | None = field(default=None, repr=False)
    message: str = field(default="", repr=False)


def judged(validation: Validation, response: StepResponse) -> Judgement:
    """Judge a response by a validation that `validations.checked` made, other than JAVASCRIPT.

    It can take `bounds.SEARCH_SECONDS` and a bit, for patterns and for paths.
    """
    try:
        values = _values(validation, response)
        met = _is_met(validation, values)
    except NotJson:
        return Judgement(passed=False, actual=shown(response.body), message="Expected the body to be JSON")
    except TooCostly as error:
        return Judgement(passed=False, message=f"{_demand(validation)}: {error}")
    actual = shown(conditions.as_text(values[0])) if values else None
    return Judgement(met, actual, "" if met else f"{_demand(validation)}, got {_got(actual)}")


def is_costly(validation: Validation) -> bool:
    """Tell whether to judge it away from an event loop."""
    return validation.source is ValidationSource.JSON_PATH or validation.operator in _COSTLY


class NotJson(ValueError):
    """The body is no JSON."""


def shown(text: str) -> str:
    """Return the start of a text, for people."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _values(validation: Validation, response: StepResponse) -> list[Any]:
    """Return what there is to judge: nothing, one value, or many."""
    match validation.source:
        case ValidationSource.STATUS:
            return [response.status]
        case ValidationSource.HEADER:
            wanted = validation.expression.lower()
            return [value for name, value in response.headers if name.lower() == wanted]
        case ValidationSource.JSON_PATH:
            return json_paths.selected(validation.expression, _document(response.body))
        case ValidationSource.DURATION:
            return [response.statistics["total"]]
        case ValidationSource.CERTIFICATE_DAYS:
            return [] if response.certificate_days is None else [response.certificate_days]
        case ValidationSource.BODY:
            return [response.body]
        case _:
            raise AssertionError(validation.source)


def _document(body: str) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson from error


def _is_met(validation: Validation, values: Sequence[Any]) -> bool:
    negated = validation.operator in NEGATED
    operator = NEGATED.get(validation.operator, validation.operator)
    holds = _PARTICULAR.get((validation.source, operator)) or _CONDITIONS[operator]
    if len(values) == 1:
        return holds(values[0], validation.expected) != negated
    watch = Stopwatch()
    for value in values:
        watch.look()
        if holds(value, validation.expected):
            return not negated
    return negated


def _matches(value: Any, expected: str) -> bool:
    return javascript_regex.found(expected, conditions.as_text(value))


def _is_json(value: Any, _expected: str) -> bool:
    _document(value)
    return True


def _is_code(value: Any, expected: str) -> bool:
    return value in status_codes.codes(expected)


def _demand(validation: Validation) -> str:
    subject = _SUBJECTS[validation.source].format(validation.expression)
    return f"Expected {subject} to {_DEMANDS[validation.operator]} {shown(validation.expected)}".rstrip()


def _got(actual: str | None) -> str:
    return "nothing" if actual is None else actual or "an empty text"


_COSTLY = frozenset({ValidationOperator.MATCHES, ValidationOperator.NOT_MATCHES, ValidationOperator.IS_JSON})
_CONDITIONS: dict[ValidationOperator, Callable[[Any, str], bool]] = {
    ValidationOperator.EQUALS: conditions.equals,
    ValidationOperator.CONTAINS: conditions.contains,
    ValidationOperator.MATCHES: _matches,
    ValidationOperator.GREATER_THAN: conditions.greater_than,
    ValidationOperator.AT_LEAST: conditions.at_least,
    ValidationOperator.LESS_THAN: conditions.less_than,
    ValidationOperator.AT_MOST: conditions.at_most,
    ValidationOperator.EXISTS: lambda _value, _expected: True,
    ValidationOperator.IS_JSON: _is_json,
    ValidationOperator.IN: _is_code,
}
_PARTICULAR: dict[tuple[ValidationSource, ValidationOperator], Callable[[Any, str], bool]] = {
    (ValidationSource.STATUS, ValidationOperator.EQUALS): _is_code,
    (ValidationSource.BODY, ValidationOperator.EXISTS): lambda value, _expected: value != "",
}
_SUBJECTS = {
    ValidationSource.STATUS: "the status",
    ValidationSource.HEADER: "the header {}",
    ValidationSource.BODY: "the body",
    ValidationSource.JSON_PATH: "{}",
    ValidationSource.DURATION: "the milliseconds of the response",
    ValidationSource.CERTIFICATE_DAYS: "the days that the certificate is still valid",
}
_DEMANDS = {
    ValidationOperator.EQUALS: "equal",
    ValidationOperator.NOT_EQUALS: "not equal",
    ValidationOperator.CONTAINS: "contain",
    ValidationOperator.NOT_CONTAINS: "not contain",
    ValidationOperator.MATCHES: "match",
    ValidationOperator.NOT_MATCHES: "not match",
    ValidationOperator.GREATER_THAN: "be greater than",
    ValidationOperator.AT_LEAST: "be at least",
    ValidationOperator.LESS_THAN: "be less than",
    ValidationOperator.AT_MOST: "be at most",
    ValidationOperator.IN: "be one of",
    ValidationOperator.EXISTS: "exist",
    ValidationOperator.IS_JSON: "be JSON",
}
