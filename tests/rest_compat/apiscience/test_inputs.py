"""What bodies mean, and what of them is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import InvalidInput
from app.rules.validations import ValidationOperator as Op
from app.rules.validations import ValidationSource as Source
from app.store.check_changes import UNSET
from app.store.locations import LocationRecord
from app.store.monitor_changes import MonitorChanges, TemplateChanges, ValidationInput
from app.store.templates import TemplateHeader
from rest_compat.apiscience import inputs
from rest_compat.apiscience.errors import Faulty, written_path
from rest_compat.apiscience.inputs import is_of_tags_alone, monitor_changes, new_monitor, new_template, template_changes

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KNOWN = [
    LocationRecord(number, code, None, code, name, "", "", NOW)
    for number, (code, name) in enumerate(
        [("us-east", "Washington DC"), ("us-west", "Oregon"), ("eu-west", "Ireland"), ("own-1", "Our cellar")], 1
    )
]
GOOD = {"method": "GET", "href": "http://a.test/"}


def step(**given: Any) -> TemplateChanges:
    return new_template({**GOOD, **given})


def condition(**given: Any) -> ValidationInput:
    found = step(validations=[given]).validations
    assert found is not UNSET
    return found[0]


def test_a_new_monitor_is_paused_and_in_washington_unless_it_says_otherwise():
    assert new_monitor({"name": "m", "frequency": 60}, KNOWN) == MonitorChanges(
        name="m", interval=60, paused=True, locations=("us-east",), auto_linked=True
    )


@pytest.mark.parametrize("nothing", ["active", "location", "tags", "templates"])
def test_null_is_the_default(nothing: str):
    made = new_monitor({"name": "m", "frequency": 60, nothing: None}, KNOWN)

    assert (made.paused, made.locations) == (True, ("us-east",))
    assert made.tags in {UNSET, ()}
    assert made.templates in {UNSET, ()}


@pytest.mark.parametrize("frequency", inputs.FREQUENCIES)
def test_each_documented_frequency_is_taken(frequency: int):
    assert new_monitor({"name": "m", "frequency": frequency}, KNOWN).interval == frequency


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("Washington DC", "us-east"),
        ("washington dc", "us-east"),
        ("us", "us-east"),
        ("us-east", "us-east"),
        ("us-east-1", "us-east"),
        ("DC", "us-east"),
        ("OREGON", "us-west"),
        ("us-west", "us-west"),
        ("us-west-2", "us-west"),
        ("Ireland", "eu-west"),
        ("eu", "eu-west"),
        ("eu-west", "eu-west"),
        ("eu-west-1", "eu-west"),
        ("our cellar", "own-1"),
    ],
)
def test_a_location_goes_by_several_names(named: str, code: str):
    assert monitor_changes({"location": named}, KNOWN).locations == (code,)


def test_a_change_is_of_what_is_given_alone_and_ignores_the_rest():
    given = {"active": True, "id": 7, "shared": True, "createdAt": "x", "summary": {}, "status": 1, "colour": "red"}

    assert monitor_changes(given, KNOWN) == MonitorChanges(paused=False)
    assert monitor_changes({}, KNOWN) == MonitorChanges()
    assert monitor_changes({"tags": ["b", "a"]}, KNOWN) == MonitorChanges(tags=("b", "a"))
    assert template_changes({"name": None, "id": 3}) == TemplateChanges(name=None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"tags": ["a"]}, True),
        ({"tags": [], "id": 7}, True),
        ({"tags": [], "active": True}, False),
        ({"name": "m"}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
    ids=str,
)
def test_a_change_of_tags_alone_is_known(body: Any, *, expected: bool):
    assert is_of_tags_alone(body) is expected


def test_a_step_has_each_of_its_parts():
    made = step(
        name="first",
        method="puts",
        headers=[{"A": "1"}, {"A": "2", "B": 3}],
        urlParameters=[{"q": True}, {"r": 1.5}],
        body="{{raw}}",
        preProcessScript="var a = 1",
        postScript="",
        followRedirects=True,
    )

    assert made == TemplateChanges(
        name="first",
        method="PUT",
        url="http://a.test/",
        url_parameters=(("q", "true"), ("r", "1.5")),
        headers=(TemplateHeader("A", "1"), TemplateHeader("A", "2"), TemplateHeader("B", "3")),
        body="{{raw}}",
        follow_redirects=True,
        pre_process_script="var a = 1",
        post_script="",
    )


@pytest.mark.parametrize("nothing", ["name", "headers", "urlParameters", "body", "preProcessScript", "validations"])
def test_null_is_the_default_of_a_step_too(nothing: str):
    made = step(**{nothing: None})

    ours = {"urlParameters": "url_parameters", "preProcessScript": "pre_process_script"}.get(nothing, nothing)
    assert getattr(made, ours) in {None, ()}


def test_the_better_of_two_names_wins():
    both = {"urlParameters": [{"a": "1"}], "params": [{"b": "2"}], "validators": [{"kind": "Smell"}], "validations": []}

    made = new_template({"method": "GET", "href": "http://a.test/", "url": "http://b.test/", **both})

    assert (made.url, made.url_parameters, made.validations) == ("http://a.test/", (("a", "1"),), ())


def test_a_plain_object_names_headers_too():
    assert step(headers={"A": "1", "B": "2"}).headers == (TemplateHeader("A", "1"), TemplateHeader("B", "2"))


@pytest.mark.parametrize("address", ["{{base}}/x", "https://{{host}}/", "http://a.test:8080/?q=1"])
def test_an_address_is_absolute_or_holds_a_variable(address: str):
    assert step(href=address).url == address


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kind": "regex", "assertion": "foo"}, (Source.BODY, Op.MATCHES, None, "foo")),
        ({"kind": "Regex", "operator": "not matches", "assertion": "a"}, (Source.BODY, Op.NOT_MATCHES, None, "a")),
        ({"kind": "Response Code", "assertion": 500}, (Source.STATUS, Op.EQUALS, None, "500")),
        ({"kind": "responseCode", "operator": "!=", "assertion": "2xx"}, (Source.STATUS, Op.NOT_EQUALS, None, "2xx")),
        ({"kind": "response_code", "operator": ">=", "assertion": 200}, (Source.STATUS, Op.AT_LEAST, None, "200")),
        ({"kind": "Return Code", "operator": "in", "assertion": "200, 3xx"}, (Source.STATUS, Op.IN, None, "200, 3xx")),
        ({"kind": "json"}, (Source.BODY, Op.IS_JSON, None, None)),
        ({"kind": "JavaScript", "assertion": "assert(1)"}, (Source.JAVASCRIPT, Op.PASSES, "assert(1)", None)),
        ({"kind": "Max Response Time (ms)", "assertion": 250.5}, (Source.DURATION, Op.AT_MOST, None, "250.5")),
        ({"kind": "Response Time", "operator": "<", "assertion": 9}, (Source.DURATION, Op.LESS_THAN, None, "9")),
        (
            {"kind": "Header", "operator": "contains", "expression": "Server", "assertion": "nginx"},
            (Source.HEADER, Op.CONTAINS, "Server", "nginx"),
        ),
        ({"kind": "JSON Path", "operator": "exists", "expression": "$.a"}, (Source.JSON_PATH, Op.EXISTS, "$.a", None)),
        ({"kind": "body", "operator": "NOT  Contains", "assertion": "x"}, (Source.BODY, Op.NOT_CONTAINS, None, "x")),
        ({"kind": "Certificate Days", "assertion": 14}, (Source.CERTIFICATE_DAYS, Op.AT_LEAST, None, "14")),
    ],
    ids=lambda value: value["kind"] + value.get("operator", "") if isinstance(value, dict) else "",
)
def test_a_validation_is_read_by_its_kind(given: dict[str, Any], expected: tuple):
    found = condition(**given)

    assert (found.source, found.operator, found.expression, found.expected) == expected


def test_a_kind_that_needs_no_assertion_may_have_one():
    assert condition(kind="JSON", assertion="", operator=None).operator is Op.IS_JSON


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"frequency": 61}, "frequency"),
        ({"frequency": "60"}, "frequency"),
        ({"frequency": True}, "frequency"),
        ({"active": "yes"}, "active"),
        ({"location": "Mars"}, "location"),
        ({"tags": "a"}, "tags"),
        ({"tags": ["a", 1]}, "tags[1]"),
        ({"tags": ["a", " "]}, "tags[1]"),
        ({"templates": GOOD}, "templates"),
        ({"templates": [7]}, "templates[0]"),
        ({"templates": [GOOD] * 51}, "templates"),
        ({"templates": [{**GOOD, "href": "ftp://a.test/"}]}, "templates[0].href"),
        ({"templates": [{"method": "GET", "url": "nonsense"}]}, "templates[0].url"),
        ({"templates": [{**GOOD, "headers": [{"a": {"b": 1}}]}]}, "templates[0].headers[0].a"),
        ({"templates": [{**GOOD, "headers": [{"a b": "1"}]}]}, "templates[0].headers[0]"),
        ({"templates": [{**GOOD, "params": ["a=b"]}]}, "templates[0].params[0]"),
        ({"templates": [{**GOOD, "body": {}}]}, "templates[0].body"),
        ({"templates": [{**GOOD, "followRedirects": 1}]}, "templates[0].followRedirects"),
        ({"templates": [{**GOOD, "validations": [{"assertion": "x"}]}]}, "templates[0].validations[0].kind"),
        ({"templates": [{**GOOD, "validators": [{"kind": "regex"}]}]}, "templates[0].validators[0].assertion"),
        (
            {"templates": [{**GOOD, "validations": [{"kind": "regex", "assertion": "("}]}]},
            "templates[0].validations[0].assertion",
        ),
        (
            {"templates": [{**GOOD, "validations": [{"kind": "Response Code", "operator": "~", "assertion": 200}]}]},
            "templates[0].validations[0].operator",
        ),
    ],
    ids=str,
)
def test_a_wrong_field_of_a_new_monitor_is_named(given: dict, field: str):
    with pytest.raises(Faulty) as refused:
        new_monitor({"name": "m", "frequency": 60, **given}, KNOWN)

    assert [written_path(fault.field) for fault in refused.value.faults] == [field]


@pytest.mark.parametrize("body", [[], "text", 7, True], ids=str)
def test_a_body_is_an_object(body: Any):
    with pytest.raises(InvalidInput):
        new_monitor(body, KNOWN)
