"""Conditions on the response of a step: which can be set, and whether a response meets them.

Our words for the kinds of specs/apiscience.md section 7; each row can be told from all others, both ways:

| kind                          | source           | operators                                             |
|-------------------------------|------------------|-------------------------------------------------------|
| `Response Code`               | STATUS           | EQUALS, NOT_EQUALS, LESS_THAN, AT_MOST, GREATER_THAN, |
|                               |                  | AT_LEAST, IN                                          |
| `Regex`                       | BODY             | MATCHES, NOT_MATCHES                                  |
| `JSON`                        | BODY             | IS_JSON                                               |
| `JavaScript`                  | JAVASCRIPT       | PASSES                                                |
| `Max Response Time`           | DURATION         | AT_MOST (milliseconds)                                |
| `Body`                        | BODY             | EQUALS, NOT_EQUALS, CONTAINS, NOT_CONTAINS, EXISTS    |
| `Header`, `JSON Path`         | HEADER, JSON_PATH| as `Body`; without a kind: MATCHES, NOT_MATCHES, and  |
|                               |                  | the four that compare numbers                         |
| none                          | CERTIFICATE_DAYS | GREATER_THAN, AT_LEAST, LESS_THAN, AT_MOST            |

The assertion of `JavaScript` is our `expression`, of all others our `expected`. The `expression` of HEADER is the name
of the header, of JSON_PATH the path.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import InvalidInput
from app.rules import javascript_regex, json_paths, status_codes
from app.rules.conditions import as_number
from app.rules.scripts import check_script

MAX_EXPECTED_LENGTH = 10_000


class ValidationSource(StrEnum):
    """What a validation looks at."""

    STATUS = "STATUS"
    HEADER = "HEADER"
    BODY = "BODY"
    JSON_PATH = "JSON_PATH"
    DURATION = "DURATION"
    CERTIFICATE_DAYS = "CERTIFICATE_DAYS"
    JAVASCRIPT = "JAVASCRIPT"


class ValidationOperator(StrEnum):
    """What it wants of that. Of several values, as a path can select, one must do; with a `NOT_`, none may."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    CONTAINS = "CONTAINS"
    NOT_CONTAINS = "NOT_CONTAINS"
    MATCHES = "MATCHES"
    NOT_MATCHES = "NOT_MATCHES"
    GREATER_THAN = "GREATER_THAN"
    AT_LEAST = "AT_LEAST"
    LESS_THAN = "LESS_THAN"
    AT_MOST = "AT_MOST"
    IN = "IN"
    EXISTS = "EXISTS"
    IS_JSON = "IS_JSON"
    PASSES = "PASSES"


Op = ValidationOperator
NEGATED = {Op.NOT_EQUALS: Op.EQUALS, Op.NOT_CONTAINS: Op.CONTAINS, Op.NOT_MATCHES: Op.MATCHES}
"""Operators that want the opposite of another."""

_REGEX = frozenset({Op.MATCHES, Op.NOT_MATCHES})
_ORDER = frozenset({Op.GREATER_THAN, Op.AT_LEAST, Op.LESS_THAN, Op.AT_MOST})
_CODE_LISTS = frozenset({Op.EQUALS, Op.NOT_EQUALS, Op.IN})
_TEXT = _REGEX | {Op.EQUALS, Op.NOT_EQUALS, Op.CONTAINS, Op.NOT_CONTAINS, Op.EXISTS}
_WITHOUT_EXPECTED = frozenset({Op.EXISTS, Op.IS_JSON, Op.PASSES})
_WITH_EXPRESSION = {
    ValidationSource.HEADER: "the name of a header",
    ValidationSource.JSON_PATH: "a JSON path",
    ValidationSource.JAVASCRIPT: "a script",
}
OPERATORS = {
    ValidationSource.STATUS: _CODE_LISTS | _ORDER,
    ValidationSource.HEADER: _TEXT | _ORDER,
    ValidationSource.BODY: _TEXT | {Op.IS_JSON},
    ValidationSource.JSON_PATH: _TEXT | _ORDER,
    ValidationSource.DURATION: _ORDER,
    ValidationSource.CERTIFICATE_DAYS: _ORDER,
    ValidationSource.JAVASCRIPT: frozenset({Op.PASSES}),
}
"""What can be wanted of what."""


@dataclass(frozen=True, slots=True)
class Validation:
    """A condition on a response; made by `checked`. Texts are empty where the source or operator has none."""

    source: ValidationSource
    operator: ValidationOperator
    expression: str = field(default="", repr=False)
    expected: str = field(default="", repr=False)


def checked(
    source: ValidationSource, operator: ValidationOperator, expression: str | None, expected: str | None
) -> Validation:
    """Return the validation; raise `InvalidInput` that names the field which is missing or wrong.

    A text that the source or operator has no use for is dropped.
    """
    if operator not in OPERATORS[source]:
        raise InvalidInput(f"{operator} is no operator of {source}", ("operator",))
    validation = Validation(
        source,
        operator,
        expression or "" if source in _WITH_EXPRESSION else "",
        expected or "" if operator not in _WITHOUT_EXPECTED else "",
    )
    if source in _WITH_EXPRESSION and not validation.expression:
        raise InvalidInput(f"{source} needs {_WITH_EXPRESSION[source]}", ("expression",))
    if operator not in _WITHOUT_EXPECTED and expected is None:
        raise InvalidInput(f"{operator} needs what is expected", ("expected",))
    _check_expression(validation)
    _check_expected(validation)
    return validation


def _check_expression(validation: Validation) -> None:
    path = ("expression",)
    if validation.source is ValidationSource.JAVASCRIPT:
        check_script(validation.expression, path)
    elif len(validation.expression) > json_paths.MAX_PATH_LENGTH:
        raise InvalidInput(f"an expression has at most {json_paths.MAX_PATH_LENGTH} characters", path)
    elif validation.source is ValidationSource.JSON_PATH:
        try:
            json_paths.check(validation.expression)
        except InvalidInput as error:
            raise InvalidInput(error.message, path) from error


def _check_expected(validation: Validation) -> None:
    path = ("expected",)
    if len(validation.expected) > MAX_EXPECTED_LENGTH:
        raise InvalidInput(f"what is expected has at most {MAX_EXPECTED_LENGTH} characters", path)
    if validation.operator in _ORDER and as_number(validation.expected) is None:
        raise InvalidInput(f"{validation.operator} needs a number", path)
    if validation.source is ValidationSource.DURATION and (as_number(validation.expected) or 0) < 0:
        raise InvalidInput(f"{validation.source} is never less than 0", path)
    try:
        if validation.operator in _REGEX:
            javascript_regex.check(validation.expected)
        elif validation.source is ValidationSource.STATUS and validation.operator in _CODE_LISTS:
            status_codes.codes(validation.expected)
    except InvalidInput as error:
        raise InvalidInput(error.message, path) from error
