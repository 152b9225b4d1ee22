"""What the bodies of requests mean in our words (specs/apiscience.md sections 4 to 7).

All that is wrong is told at once, each fault by its path in the body.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from app.errors import InvalidInput
from app.rules import monitor_settings as rule
from app.store.check_changes import UNSET, Unset
from app.store.locations import LocationRecord
from app.store.monitor_changes import (
    MonitorChanges,
    TemplateChanges,
    ValidationInput,
    checked_template,
)
from app.store.templates import TemplateHeader
from rest_compat.apiscience import places
from rest_compat.apiscience.conditions import Kind, condition, kind_named, needs_assertion, operator_named
from rest_compat.apiscience.members import Members, flag, pairs, spelled, text, texts, whole_number

FREQUENCIES = (60, 300, 600, 900, 1800, 3600)
"""Seconds between two runs of a monitor."""
ATTRIBUTES = frozenset({"name", "frequency", "active", "location", "tags", "templates"})
"""What may be said of a monitor; all else is ignored."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_MISSPELT = {"PUTS": "PUT"}
_LONGEST_METHOD = 20
T = TypeVar("T")


def new_monitor(body: Any, known: Sequence[LocationRecord]) -> MonitorChanges:
    """Return what a new monitor is to be; Faulty names all that is missing or wrong."""
    changes = _monitor(Members(body), known, is_new=True)
    return replace(
        changes,
        paused=True if changes.paused is UNSET else changes.paused,
        locations=places.default(known) if changes.locations is UNSET else changes.locations,
        auto_linked=True,
    )


def monitor_changes(body: Any, known: Sequence[LocationRecord]) -> MonitorChanges:
    """Return what is to become of a monitor; Faulty names all that is wrong."""
    return _monitor(Members(body), known, is_new=False)


def _monitor(members: Members, known: Sequence[LocationRecord], *, is_new: bool) -> MonitorChanges:
    needed = members.need if is_new else members.take
    name, frequency = needed("name", _name), needed("frequency", _frequency)
    active = members.take("active", flag, default=False)
    changes = MonitorChanges(
        name=name,
        interval=frequency,
        paused=UNSET if active is UNSET else not active,
        locations=members.take("location", _place(known), default=places.default(known)),
        tags=_tags(members),
        templates=_templates(members),
    )
    members.refuse_faulty()
    return changes


def is_of_tags_alone(body: Any) -> bool:
    """Tell whether a change is of tags and nothing else, which is answered with the tags."""
    return isinstance(body, Mapping) and body.keys() & ATTRIBUTES == {"tags"}


def new_template(body: Any) -> TemplateChanges:
    """Return what a new step is to be; Faulty names all that is missing or wrong."""
    members = Members(body)
    changes = _template(members, is_new=True)
    members.refuse_faulty()
    return changes


def template_changes(body: Any) -> TemplateChanges:
    """Return what is to become of a step; Faulty names all that is wrong."""
    members = Members(body)
    changes = _template(members, is_new=False)
    members.refuse_faulty()
    return changes


def _name(value: Any) -> str:
    name = text(value)
    _below(lambda: rule.checked_name(name, ("name",)))
    return name


def _frequency(value: Any) -> int:
    seconds = whole_number(value)
    if seconds not in FREQUENCIES:
        raise InvalidInput(f"is none of {', '.join(map(str, FREQUENCIES))}")
    return seconds


def _place(known: Sequence[LocationRecord]) -> Callable[[Any], tuple[str, ...]]:
    return lambda value: (places.named(text(value), known).uuid,)


def _tags(members: Members) -> tuple[str, ...] | Unset:
    def read(value: Any) -> tuple[str, ...]:
        tags = texts(value)
        _below(lambda: rule.checked_tags(tags))
        return tags

    return members.take("tags", read, default=())


def _templates(members: Members) -> tuple[TemplateChanges, ...] | Unset:
    return members.each("templates", lambda one: _template(one, is_new=True), most=rule.MOST_TEMPLATES)


def _template(members: Members, *, is_new: bool) -> TemplateChanges:
    needed = members.need if is_new else members.take
    conditions_name = members.first_of("validations", "validators")
    return TemplateChanges(
        name=members.take("name", _checked("name", text), default=None),
        method=needed("method", _checked("method", _method)),
        url=needed(members.first_of("href", "url"), _checked("url", text)),
        url_parameters=members.take(
            members.first_of("urlParameters", "params"), _checked("url_parameters", pairs), default=()
        ),
        headers=members.take("headers", _checked("headers", _headers), default=()),
        body=members.take("body", _checked("body", text), default=None),
        follow_redirects=members.take("followRedirects", flag, default=False),
        pre_process_script=members.take("preProcessScript", _checked("pre_process_script", text), default=None),
        post_script=members.take("postScript", _checked("post_script", text), default=None),
        validations=members.each(conditions_name, _validation, most=rule.MOST_VALIDATIONS),
    )


def _checked(ours: str, read: Callable[[Any], T]) -> Callable[[Any], T]:
    """Return what reads a member of a step, and holds it to the rules for this field of ours."""

    def read_and_check(value: Any) -> T:
        found = read(value)
        fields: dict[str, Any] = {ours: found}
        _below(lambda: checked_template(TemplateChanges(**fields)))
        return found

    return read_and_check


def _below(check: Callable[[], object]) -> None:
    """Run a check of one field of ours; a fault's path is then the one below the member that was read."""
    try:
        check()
    except InvalidInput as error:
        raise InvalidInput(error.message, error.path[1:2]) from error


def _method(value: Any) -> str:
    method = text(value)[:_LONGEST_METHOD].upper()
    method = _MISSPELT.get(method, method)
    if method not in METHODS:
        raise InvalidInput(f"is none of {', '.join(METHODS)}")
    return method


def _headers(value: Any) -> tuple[TemplateHeader, ...]:
    return tuple(TemplateHeader(name, one) for name, one in pairs(value))


def _validation(members: Members) -> ValidationInput | None:
    before = len(members.faults)
    kind = members.need("kind", lambda value: kind_named(text(value)))
    if kind is UNSET:
        return None
    operator = members.take(
        "operator", lambda value: operator_named(kind, text(value)), default=operator_named(kind, None)
    )
    operator = operator_named(kind, None) if operator is UNSET else operator
    needed = members.need if needs_assertion(kind, operator) else members.take
    assertion = needed("assertion", spelled)
    expression = members.need("expression", text) if kind.has_expression else UNSET
    if len(members.faults) > before:
        return None
    made = condition(
        kind, operator, None if assertion is UNSET else assertion, None if expression is UNSET else expression
    )
    return _checked_validation(members, kind, made)


def _checked_validation(members: Members, kind: Kind, made: ValidationInput) -> ValidationInput:
    try:
        checked_template(TemplateChanges(validations=(made,)))
    except InvalidInput as error:
        at_fault = error.path[-1]
        is_assertion = at_fault == "expected" or (at_fault == "expression" and kind.asserts_expression)
        members.blame(("assertion" if is_assertion else at_fault,), error.message)
    return made
