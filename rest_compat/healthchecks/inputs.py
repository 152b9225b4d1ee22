"""What the body of a request may say of a check (specs/healthchecks.md section 6).

Fields are looked at in the order of that section's table, and the first that is wrong is told, by the exact text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.rules import check_settings as rule
from app.rules.slugs import slug_of
from app.store.check_changes import UNSET, CheckChanges, UniqueField, Unset
from rest_compat.description import Schema

SLUG_IS_OWN = 3
"""From this version of the API on, naming a check leaves its slug alone."""
LONGEST_SECONDS = {1: 2_592_000, 2: rule.LONGEST_PERIOD, 3: rule.LONGEST_PERIOD}
"""The largest `timeout` and `grace` by version of the API."""

_PREFIX = "json validation error: "
_BEYOND_64_BITS = 2.0**63
_NOT_A_STRING = "{} is not a string"


@dataclass(frozen=True, slots=True)
class InputField:
    """One known field: its name on the wire, the rule that lets a value through, and the same rule as a schema."""

    name: str
    check: Callable[[Any], None]
    schema: Schema


def known_fields(version: int) -> tuple[InputField, ...]:
    """Return the fields in the order in which they are looked at."""
    keywords = rule.LONGEST_KEYWORDS
    return (
        _text("channels"),
        _text("desc", rule.LONGEST_DESCRIPTION),
        _text("failure_kw", keywords),
        _flag("filter_subject"),
        _flag("filter_body"),
        _flag("filter_http_body"),
        _flag("filter_default_fail"),
        _seconds("grace", LONGEST_SECONDS[version]),
        _flag("manual_resume"),
        _choice("methods", rule.METHODS),
        _text("name", rule.LONGEST_NAME),
        _text("schedule", rule.LONGEST_NAME, rule.checked_schedule),
        _text("slug", rule.LONGEST_NAME, rule.checked_slug),
        _text("start_kw", keywords),
        _text("subject", keywords),
        _text("subject_fail", keywords),
        _text("success_kw", keywords),
        _text("tags", rule.LONGEST_TAGS),
        _seconds("timeout", LONGEST_SECONDS[version]),
        _text("tz", None, rule.checked_timezone),
        _unique("unique"),
    )


class Inputs:
    """Reads bodies as this version of the API understands them."""

    def __init__(self, version: int) -> None:
        self._names_slug = version < SLUG_IS_OWN
        self.fields = known_fields(version)

    def valid(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the known fields of the body; InvalidInput tells of the first that is wrong."""
        given = {}
        for field in self.fields:
            if field.name in body:
                _prefixed(field, body[field.name])
                given[field.name] = body[field.name]
        return given

    def changes(self, given: Mapping[str, Any]) -> CheckChanges:
        """Return what valid fields change."""
        values = {ours: given[name] for name, ours in _SAME.items() if name in given}
        values = _old_subjects(given) | values
        if "schedule" in values:
            values.pop("period", None)
        if self._names_slug and "name" in given:
            values["slug_of_new_name"] = slug_of(given["name"])
        return CheckChanges(**values)


def unique_fields(given: Mapping[str, Any]) -> tuple[UniqueField, ...]:
    """Return the fields by which an existing check is recognised: none when the request lacks one that it lists."""
    listed = dict.fromkeys(given.get("unique", ()))
    return tuple(_UNIQUE[name] for name in listed) if all(name in given for name in listed) else ()


_SAME = {
    "channels": "channels",
    "desc": "description",
    "failure_kw": "failure_keywords",
    "filter_subject": "filter_subject",
    "filter_body": "filter_body",
    "filter_http_body": "filter_http_body",
    "filter_default_fail": "filter_default_fail",
    "grace": "grace",
    "manual_resume": "manual_resume",
    "methods": "methods",
    "name": "name",
    "schedule": "schedule",
    "slug": "slug",
    "start_kw": "start_keywords",
    "success_kw": "success_keywords",
    "tags": "tags",
    "timeout": "period",
    "tz": "timezone",
}
"""Our word for each of theirs."""

_UNIQUE = {
    "name": UniqueField.NAME,
    "slug": UniqueField.SLUG,
    "tags": UniqueField.TAGS,
    "timeout": UniqueField.PERIOD,
    "grace": UniqueField.GRACE,
}


def _old_subjects(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the old names set: keywords, and that subjects are filtered while there is a keyword."""
    success: str | Unset = given.get("subject", UNSET)
    failure: str | Unset = given.get("subject_fail", UNSET)
    if success is UNSET and failure is UNSET:
        return {}
    return {"success_keywords": success, "failure_keywords": failure, "subject_keywords": (success, failure)}


def _prefixed(field: InputField, value: Any) -> None:
    try:
        field.check(value)
    except InvalidInput as error:
        raise InvalidInput(_PREFIX + error.message, path=(field.name,)) from error


def _text(name: str, longest: int | None = None, rule_of_text: Callable[[str], object] | None = None) -> InputField:
    def check(value: Any) -> None:
        if not isinstance(value, str):
            raise InvalidInput(_NOT_A_STRING.format(name))
        rule.checked_text(value, name, len(value) if longest is None else longest)
        if rule_of_text is not None:
            rule_of_text(value)

    return InputField(name, check, {"type": "string"} if longest is None else {"type": "string", "maxLength": longest})


def _flag(name: str) -> InputField:
    def check(value: Any) -> None:
        if not isinstance(value, bool):
            raise InvalidInput(f"{name} is not a boolean")

    return InputField(name, check, {"type": "boolean"})


def _choice(name: str, choices: tuple[str, ...]) -> InputField:
    def check(value: Any) -> None:
        if value not in choices:
            raise InvalidInput(f"{name} has unexpected value")

    return InputField(name, check, {"enum": list(choices)})


def _seconds(name: str, largest: int) -> InputField:
    def check(value: Any) -> None:
        # The parser turns integers beyond 64 bits into floats: those are numbers, and out of bounds.
        if not isinstance(value, int) and not (isinstance(value, float) and abs(value) >= _BEYOND_64_BITS):
            raise InvalidInput(f"{name} is not a number")
        if value < rule.SHORTEST_PERIOD:
            raise InvalidInput(f"{name} is too small")
        if value > largest:
            raise InvalidInput(f"{name} is too large")

    return InputField(name, check, {"type": "integer", "minimum": rule.SHORTEST_PERIOD, "maximum": largest})


def _unique(name: str) -> InputField:
    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise InvalidInput(f"{name} is not an array")
        if not all(isinstance(item, str) and item in _UNIQUE for item in value):
            raise InvalidInput(f"an item in '{name}' has unexpected value")

    return InputField(name, check, {"type": "array", "items": {"enum": list(_UNIQUE)}})
