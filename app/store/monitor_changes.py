"""Changes of monitors and templates as they are asked for: absent fields leave things as they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from app.errors import InvalidInput
from app.rules import check_settings, validations
from app.rules import monitor_settings as rule
from app.rules.outcomes import ProbeKind
from app.rules.scripts import check_script
from app.rules.steps import Pairs
from app.rules.validations import Validation, ValidationOperator, ValidationSource
from app.store.check_changes import UNSET, Unset
from app.store.templates import TemplateHeader, TemplateRecord, ValidationRecord

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationInput:
    """A condition as it was given; app/rules/validations.py says which there are."""

    source: ValidationSource
    operator: ValidationOperator
    expression: str | None = field(default=None, repr=False)
    expected: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanges:
    """What is to become of a template; a new one needs its `url`. `timeout` is seconds, None leaves it to the run.

    Headers, URL parameters and validations are replaced as a whole.
    """

    name: str | Unset | None = UNSET
    method: str | Unset = UNSET
    url: str | Unset = UNSET
    url_parameters: Pairs | Unset = UNSET
    headers: tuple[TemplateHeader, ...] | Unset = UNSET
    body: str | Unset | None = UNSET
    follow_redirects: bool | Unset = UNSET
    timeout: int | Unset | None = UNSET
    pre_process_script: str | Unset | None = UNSET
    post_script: str | Unset | None = UNSET
    validations: tuple[ValidationInput, ...] | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorChanges:
    """What is to become of a monitor; a new one needs `name` and `interval`. Interval and timeout are seconds.

    `locations` and `contacts` are uuids, each list replaces the former one, as do `tags` and `templates`.
    A new monitor without `locations` is probed from the oldest one, without `timeout` it has the one that goes with its
    interval, which it also follows later.
    """

    name: str | Unset = UNSET
    slug: str | Unset = UNSET
    address: str | Unset = UNSET
    interval: int | Unset = UNSET
    timeout: int | Unset = UNSET
    retries: int | Unset = UNSET
    locations: tuple[str, ...] | Unset = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    templates: tuple[TemplateChanges, ...] | Unset = UNSET
    locations_down: int | Unset = UNSET
    runs_down: int | Unset = UNSET
    runs_up: int | Unset = UNSET
    degraded_above_ms: float | Unset | None = UNSET
    remind_every: int | Unset | None = UNSET
    contacts: tuple[str, ...] | Unset = UNSET
    paused: bool | Unset = UNSET
    auto_linked: bool | Unset = UNSET


@dataclass(frozen=True, slots=True)
class TemplateValues:
    """A template as far as it is said, all of it valid: columns, and what of them is stored in another shape."""

    columns: dict[str, Any]
    headers: tuple[TemplateHeader, ...] | None = field(default=None, repr=False)
    url_parameters: Pairs | None = field(default=None, repr=False)
    validations: tuple[Validation, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was given."""
        return not self.columns and self.headers is None and self.url_parameters is None and self.validations is None


_NUMBERS = {
    "interval": (rule.SHORTEST_INTERVAL, rule.LONGEST_INTERVAL),
    "timeout": (1, rule.LONGEST_TIMEOUT),
    "retries": (0, rule.MOST_RETRIES),
    "locations_down": (1, rule.MOST_LOCATIONS),
    "runs_down": (1, rule.MOST_RUNS_IN_ROW),
    "runs_up": (1, rule.MOST_RUNS_IN_ROW),
}
_NO_COLUMNS = ("locations", "tags", "templates", "contacts", "paused")


def given(changes: MonitorChanges | TemplateChanges) -> dict[str, Any]:
    """Return the fields that were given."""
    values = {one.name: getattr(changes, one.name) for one in fields(changes)}
    return {name: value for name, value in values.items() if value is not UNSET}


@dataclass(frozen=True, slots=True)
class ValidChanges:
    """Changes that are valid as far as can be told without the database; None where nothing was given."""

    asked: MonitorChanges
    columns: dict[str, Any]
    tags: tuple[str, ...] | None
    templates: tuple[TemplateValues, ...] | None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was given."""
        return not given(self.asked)


def valid(changes: MonitorChanges) -> ValidChanges:
    """Return the changes, all valid; InvalidInput names the field by its path."""
    tags = None if changes.tags is UNSET else rule.checked_tags(changes.tags)
    return ValidChanges(changes, _columns(changes), tags, _templates(changes))


def valid_new(kind: ProbeKind, changes: MonitorChanges) -> ValidChanges:
    """Return what a new monitor is to be, all valid; InvalidInput also for what it lacks."""
    for name in ("name", "interval", *(("address",) if kind is ProbeKind.HTTP else ())):
        if getattr(changes, name) is UNSET:
            raise InvalidInput(f"A new monitor needs its {name}", (name,))
    check_of_kind(kind, changes)
    return valid(changes)


def _columns(changes: MonitorChanges) -> dict[str, Any]:
    values = {name: value for name, value in given(changes).items() if name not in _NO_COLUMNS}
    for name, (least, most) in _NUMBERS.items():
        if name in values:
            rule.checked_number(values[name], (name,), least, most)
    if "name" in values:
        rule.checked_name(values["name"], ("name",))
    if "slug" in values:
        check_settings.checked_slug(values["slug"])
    if values.get("degraded_above_ms") is not None:
        rule.checked_limit_ms(values["degraded_above_ms"], ("degraded_above_ms",))
    if values.get("remind_every") is not None:
        check_settings.checked_reminders(values["remind_every"])
    return values


def check_of_kind(kind: ProbeKind, changes: MonitorChanges) -> None:
    """Raise InvalidInput for an address or templates that a monitor of this kind has none of."""
    if kind is ProbeKind.HTTP:
        if changes.templates is not UNSET and changes.templates:
            raise InvalidInput("A monitor of kind HTTP has an address and no templates", ("templates",))
        if changes.address is not UNSET:
            rule.checked_url(changes.address, ("address",))
    elif changes.address is not UNSET and changes.address:
        raise InvalidInput("A monitor of kind API has templates and no address", ("address",))


def _templates(changes: MonitorChanges) -> tuple[TemplateValues, ...] | None:
    if changes.templates is UNSET:
        return None
    if len(changes.templates) > rule.MOST_TEMPLATES:
        raise InvalidInput(f"A monitor has at most {rule.MOST_TEMPLATES} templates", ("templates",))
    made = tuple(checked_new_template(one, ("templates", str(index))) for index, one in enumerate(changes.templates))
    rule.check_text_in_all(sum(map(text_length, changes.templates)))
    return made


def checked_new_template(changes: TemplateChanges, path: Path = ()) -> TemplateValues:
    """Return a new template, all valid; InvalidInput also when it has no URL."""
    if changes.url is UNSET:
        raise InvalidInput("A template needs its url", (*path, "url"))
    return checked_template(changes, path)


def checked_template(changes: TemplateChanges, path: Path = ()) -> TemplateValues:
    """Return what is given of a template, all valid; InvalidInput names the field, behind `path`."""
    values = given(changes)
    for name, check in _TEMPLATE_CHECKS.items():
        if values.get(name) is not None:
            values[name] = check(values[name], (*path, name))
    headers, parameters = values.pop("headers", None), values.pop("url_parameters", None)
    return TemplateValues(values, headers, parameters, values.pop("validations", None))


_LONG_FIELDS = (
    "name",
    "url",
    "url_parameters",
    "headers",
    "body",
    "pre_process_script",
    "post_script",
    "validations",
)


def text_length(template: TemplateChanges | TemplateRecord) -> int:
    """Return how many characters a template brings along."""
    return sum(_length(getattr(template, name)) for name in _LONG_FIELDS)


def _length(value: object) -> int:
    match value:
        case str():
            return len(value)
        case tuple():
            return sum(map(_length, value))
        case TemplateHeader():
            return len(value.name) + len(value.value)
        case ValidationInput() | ValidationRecord():
            return len(value.expression or "") + len(value.expected or "")
        case _:
            return 0


def _script(text: str, path: Path) -> str:
    check_script(text, path)
    return rule.checked_text(text, path, len(text))


def _headers(headers: Sequence[TemplateHeader], path: Path) -> tuple[TemplateHeader, ...]:
    rule.check_headers([(header.name, header.value) for header in headers], path)
    return tuple(headers)


def _validations(inputs: Sequence[ValidationInput], path: Path) -> tuple[Validation, ...]:
    if len(inputs) > rule.MOST_VALIDATIONS:
        raise InvalidInput(f"A template has at most {rule.MOST_VALIDATIONS} validations", path)
    return tuple(_validation(one, (*path, str(index))) for index, one in enumerate(inputs))


def _validation(one: ValidationInput, path: Path) -> Validation:
    try:
        made = validations.checked(one.source, one.operator, one.expression, one.expected)
    except InvalidInput as error:
        raise InvalidInput(error.message, (*path, *error.path)) from error
    rule.checked_text(made.expression, (*path, "expression"), len(made.expression))
    rule.checked_text(made.expected, (*path, "expected"), len(made.expected))
    return made


_TEMPLATE_CHECKS: dict[str, Callable[[Any, Path], Any]] = {
    "name": lambda name, path: rule.checked_text(name, path, rule.LONGEST_NAME),
    "method": rule.checked_method,
    "url": rule.checked_url,
    "url_parameters": rule.check_pairs,
    "headers": _headers,
    "body": lambda body, path: rule.checked_text(body, path, rule.LONGEST_BODY),
    "timeout": lambda seconds, path: rule.checked_number(seconds, path, 1, rule.LONGEST_TIMEOUT),
    "pre_process_script": _script,
    "post_script": _script,
    "validations": _validations,
}


def checked_uuids(uuids: Iterable[str], known: Iterable[str], path: Path) -> tuple[str, ...]:
    """Return the uuids in order, each once; InvalidInput names the first that is not known."""
    found = set(known)
    for index, uuid in enumerate(uuids):
        if uuid not in found:
            raise InvalidInput(f"There is no such {path[-1].removesuffix('s')}", (*path, str(index)))
    return tuple(dict.fromkeys(uuids))
