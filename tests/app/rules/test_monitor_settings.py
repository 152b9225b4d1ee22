"""What monitors, templates and variables may be: each refusal names its field."""

from typing import Any

import pytest

from app.errors import InvalidInput
from app.rules import monitor_settings as rule
from app.rules import variable_settings
from app.rules.due_times import lease_seconds
from app.rules.outcomes import ProbeKind
from app.rules.scripts import MAX_SCRIPT_LENGTH
from app.rules.validations import ValidationOperator, ValidationSource
from app.store.monitor_changes import MonitorChanges, TemplateChanges, ValidationInput, valid, valid_new
from app.store.templates import TemplateHeader

GOOD = TemplateChanges(url="http://a")
STATUS = ValidationSource.STATUS


def header(name: str, value: str = "v") -> dict[str, Any]:
    return {"headers": (TemplateHeader("A", "b"), TemplateHeader(name, value))}


def validation(operator: ValidationOperator, expected: str | None, source: ValidationSource = STATUS) -> dict[str, Any]:
    good = ValidationInput(source=STATUS, operator=ValidationOperator.EQUALS, expected="200")
    return {"validations": (good, ValidationInput(source=source, operator=operator, expected=expected))}


REFUSED = {
    "no name": ({"name": " "}, ("name",)),
    "long name": ({"name": "x" * 101}, ("name",)),
    "NUL in name": ({"name": "a\0b"}, ("name",)),
    "half a character": ({"name": "a\ud800"}, ("name",)),
    "slug": ({"slug": "Not A Slug"}, ("slug",)),
    "interval too short": ({"interval": 29}, ("interval",)),
    "interval too long": ({"interval": 86_401}, ("interval",)),
    "timeout 0": ({"timeout": 0}, ("timeout",)),
    "timeout too long": ({"timeout": 301}, ("timeout",)),
    "retries": ({"retries": 11}, ("retries",)),
    "locations_down": ({"locations_down": 0}, ("locations_down",)),
    "runs_down": ({"runs_down": 101}, ("runs_down",)),
    "runs_up": ({"runs_up": 0}, ("runs_up",)),
    "slow above 0": ({"degraded_above_ms": 0.0}, ("degraded_above_ms",)),
    "slow above NaN": ({"degraded_above_ms": float("nan")}, ("degraded_above_ms",)),
    "remind_every": ({"remind_every": 299}, ("remind_every",)),
    "empty tag": ({"tags": ("a", "")}, ("tags", "1")),
    "long tag": ({"tags": ("x" * 101,)}, ("tags", "0")),
    "tags": ({"tags": tuple(map(str, range(251)))}, ("tags",)),
    "templates": ({"templates": (GOOD,) * 51}, ("templates",)),
    "text in all": ({"templates": (TemplateChanges(url="http://a", body="x" * 262_144),) * 5}, ("templates",)),
}
REFUSED_OF_TEMPLATES = {
    "no url": ({}, ("url",)),
    "relative url": ({"url": "/path"}, ("url",)),
    "other scheme": ({"url": "ftp://a"}, ("url",)),
    "no host": ({"url": "http://"}, ("url",)),
    "line break in url": ({"url": "http://a/\n"}, ("url",)),
    "long url": ({"url": "http://a/" + "x" * 8000}, ("url",)),
    "control character beside a placeholder": ({"url": "{{a}}\r"}, ("url",)),
    "method": ({"method": "BREW"}, ("method",)),
    "method beyond ASCII": ({"method": "ß" * 7}, ("method",)),
    "long template name": ({"name": "x" * 101}, ("name",)),
    "long body": ({"body": "x" * 262_145}, ("body",)),
    "NUL in body": ({"body": "\0"}, ("body",)),
    "template timeout": ({"timeout": 301}, ("timeout",)),
    "header name": (header("a b"), ("headers", "1", "name")),
    "header with a placeholder for a name": (header("{{a}}"), ("headers", "1", "name")),
    "transfer-encoding": (header("Transfer-Encoding", "chunked"), ("headers", "1", "name")),
    "line break in header": (header("A", "b\r\nC: d"), ("headers", "1", "value")),
    "headers": ({"headers": (TemplateHeader("A", "b"),) * 101}, ("headers",)),
    "parameters": ({"url_parameters": (("a", "b"),) * 101}, ("url_parameters",)),
    "long parameter": ({"url_parameters": (("a", "x" * 8001),)}, ("url_parameters", "0", "value")),
    "script": ({"pre_process_script": "x" * (MAX_SCRIPT_LENGTH + 1)}, ("pre_process_script",)),
    "NUL in script": ({"post_script": "\0"}, ("post_script",)),
    "operator": (validation(ValidationOperator.IS_JSON, None), ("validations", "1", "operator")),
    "no expected": (validation(ValidationOperator.EQUALS, None), ("validations", "1", "expected")),
    "bad pattern": (
        validation(ValidationOperator.MATCHES, "(", ValidationSource.BODY),
        ("validations", "1", "expected"),
    ),
    "NUL in expected": (
        validation(ValidationOperator.EQUALS, "\0", ValidationSource.BODY),
        ("validations", "1", "expected"),
    ),
    "validations": (
        {"validations": (ValidationInput(source=STATUS, operator=ValidationOperator.EQUALS, expected="1"),) * 51},
        ("validations",),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_monitor_cannot_be_is_refused_by_its_field(case: str) -> None:
    values, path = REFUSED[case]

    with pytest.raises(InvalidInput) as refused:
        valid(MonitorChanges(**values))

    assert refused.value.path == path


@pytest.mark.parametrize("case", REFUSED_OF_TEMPLATES)
def test_what_a_template_cannot_be_is_refused_by_its_place_and_field(case: str) -> None:
    values, path = REFUSED_OF_TEMPLATES[case]
    url = {} if case == "no url" else {"url": "http://a"}

    with pytest.raises(InvalidInput) as refused:
        valid(MonitorChanges(templates=(GOOD, TemplateChanges(**url | values))))

    assert refused.value.path == ("templates", "1", *path)


@pytest.mark.parametrize(
    ("kind", "values", "path"),
    [
        (ProbeKind.API, {"interval": 60}, ("name",)),
        (ProbeKind.API, {"name": "a"}, ("interval",)),
        (ProbeKind.HTTP, {"name": "a", "interval": 60}, ("address",)),
        (ProbeKind.HTTP, {"name": "a", "interval": 60, "address": ""}, ("address",)),
        (ProbeKind.HTTP, {"name": "a", "interval": 60, "address": "http://a", "templates": (GOOD,)}, ("templates",)),
        (ProbeKind.API, {"name": "a", "interval": 60, "address": "http://a"}, ("address",)),
    ],
    ids=["no name", "no interval", "no address", "empty address", "templates of an address", "address of an API"],
)
def test_a_new_monitor_has_what_its_kind_needs_and_no_more(kind: ProbeKind, values: dict, path: tuple) -> None:
    with pytest.raises(InvalidInput) as refused:
        valid_new(kind, MonitorChanges(**values))

    assert refused.value.path == path


@pytest.mark.parametrize(
    "url",
    [
        "http://a",
        "HTTPS://user:secret@[::1]:8443/a%20b?c=d#e",
        "http://münchen.example/ü",
        "{{base}}/path",
        "{{ url }}",
    ],
)
def test_absolute_urls_and_texts_with_placeholders_can_be_called(url: str) -> None:
    assert rule.checked_url(url, ("url",)) == url


@pytest.mark.parametrize("method", ["get", "Post", "OPTIONS"])
def test_methods_are_known_in_any_case(method: str) -> None:
    assert rule.checked_method(method, ("method",)) == method.upper()


def test_tags_keep_their_order_and_lose_their_doubles() -> None:
    assert rule.checked_tags(("b", "a c", "b")) == ("b", "a c")


@pytest.mark.parametrize(("interval", "timeout"), [(30, 15), (45, 30), (60, 40), (3600, 40)])
def test_the_usual_timeout_fits_into_the_interval_with_its_lease(interval: int, timeout: int) -> None:
    assert rule.default_timeout(interval) == timeout
    assert lease_seconds(timeout) <= interval


@pytest.mark.parametrize("name", ["", " a", "a ", "{a", "a}", "x" * 101, "a\0", "a\n", "\ud800"])
def test_a_variable_has_a_name_that_a_placeholder_can_mean(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        variable_settings.checked_name(name)

    assert refused.value.path == (name[:100],)


@pytest.mark.parametrize("value", [2**64, "\ud800", "x" * 32_767, object()], ids=["64 bits", "half", "long", "no JSON"])
def test_a_variable_that_is_no_json_or_too_long_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        variable_settings.checked_values({"good": 1, "bad": value})

    assert refused.value.path == ("bad",)
