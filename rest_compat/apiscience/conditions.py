"""Validations in the words of the API: kinds, operators and an assertion (specs/apiscience.md section 7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import InvalidInput
from app.rules.validations import ValidationOperator as Op
from app.rules.validations import ValidationSource as Source
from app.store.monitor_changes import ValidationInput

_ORDER = {"<=": Op.AT_MOST, "<": Op.LESS_THAN, ">": Op.GREATER_THAN, ">=": Op.AT_LEAST}
_TEXT = {
    "==": Op.EQUALS,
    "!=": Op.NOT_EQUALS,
    "contains": Op.CONTAINS,
    "not contains": Op.NOT_CONTAINS,
    "exists": Op.EXISTS,
}
_REGEX = {"matches": Op.MATCHES, "not matches": Op.NOT_MATCHES}
_UNSPOKEN = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind and its operators, the default one first; one that has no word is left out.

    `asserts_expression` tells that the assertion is what to look at, a script, rather than what to expect. A kind that
    `has_expression` says in a member of that name what to look at: a header's name, a path.
    """

    name: str
    source: Source
    operators: Mapping[str, Op]
    asserts_expression: bool = False
    has_expression: bool = False


KINDS = (
    Kind("Response Code", Source.STATUS, {"==": Op.EQUALS, "!=": Op.NOT_EQUALS, **_ORDER, "in": Op.IN}),
    Kind("Regex", Source.BODY, _REGEX),
    Kind("JSON", Source.BODY, {_UNSPOKEN: Op.IS_JSON}),
    Kind("JavaScript", Source.JAVASCRIPT, {_UNSPOKEN: Op.PASSES}, asserts_expression=True),
    Kind("Max Response Time", Source.DURATION, {"<=": Op.AT_MOST}),
    Kind("Response Time", Source.DURATION, _ORDER),
    Kind("Header", Source.HEADER, {**_TEXT, **_REGEX, **_ORDER}, has_expression=True),
    Kind("Body", Source.BODY, {**_TEXT, **_REGEX}),
    Kind("JSON Path", Source.JSON_PATH, {**_TEXT, **_REGEX, **_ORDER}, has_expression=True),
    Kind("Certificate Days", Source.CERTIFICATE_DAYS, {">=": Op.AT_LEAST, **_ORDER}),
)
"""All kinds. A condition is shown as the first of them that can say it."""

_ALIASES = {
    "returncode": "responsecode",
    "statuscode": "responsecode",
    "status": "responsecode",
    "regexp": "regex",
    "maxresponsetimems": "maxresponsetime",
    "responsetimems": "responsetime",
}
_BY_NAME = {kind.name.replace(" ", "").lower(): kind for kind in KINDS}
_WITHOUT_ASSERTION = frozenset({Op.EXISTS, Op.IS_JSON, Op.PASSES})
_OMITTED = frozenset({Op.MATCHES, Op.IS_JSON, Op.PASSES})
_NOT_SAID = re.compile(r"[\s_()-]+")


def kind_named(name: str) -> Kind:
    """Return the kind; InvalidInput for an unknown one. Case, spaces and underscores do not count."""
    plain = _NOT_SAID.sub("", name[:100]).lower()
    kind = _BY_NAME.get(_ALIASES.get(plain, plain))
    if kind is None:
        raise InvalidInput(f"is none of {', '.join(known.name for known in KINDS)}")
    return kind


def operator_named(kind: Kind, name: str | None) -> Op:
    """Return the operator, of which none is the default; InvalidInput for one that the kind has not."""
    if not name:
        return next(iter(kind.operators.values()))
    plain = " ".join(name[:100].lower().replace("_", " ").split())
    if plain not in kind.operators:
        known = [word for word in kind.operators if word] or ["nothing"]
        raise InvalidInput(f"of {kind.name} is one of {', '.join(known)}")
    return kind.operators[plain]


def condition(kind: Kind, operator: Op, assertion: str | None, expression: str | None) -> ValidationInput:
    """Return the condition in our words."""
    if kind.asserts_expression:
        return ValidationInput(source=kind.source, operator=operator, expression=assertion)
    looked_at = expression if kind.has_expression else None
    return ValidationInput(source=kind.source, operator=operator, expression=looked_at, expected=assertion)


def needs_assertion(kind: Kind, operator: Op) -> bool:
    """Tell whether the condition says nothing without an assertion."""
    return kind.asserts_expression or operator not in _WITHOUT_ASSERTION


def kind_of(source: Source, operator: Op) -> Kind:
    """Return the kind that this condition is shown as."""
    return next(kind for kind in KINDS if kind.source is source and operator in kind.operators.values())


def shown_operator(kind: Kind, operator: Op) -> str | None:
    """Return the word for the operator, None where a kind needs none."""
    return None if operator in _OMITTED and not kind.has_expression else _word(kind, operator)


def _word(kind: Kind, operator: Op) -> str:
    return next(word for word, meant in kind.operators.items() if meant is operator)


def shown_assertion(kind: Kind, expression: str, expected: str) -> str:
    """Return the assertion, empty where the kind has none."""
    return expression if kind.asserts_expression else expected
