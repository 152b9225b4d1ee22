"""Whether a response meets a validation."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.judgements import Judgement, is_costly, judged
from app.rules.steps import StepResponse
from app.rules.validations import OPERATORS, Validation, ValidationOperator, ValidationSource, checked

S, Op = ValidationSource, ValidationOperator
RESPONSE = StepResponse(
    404,
    headers=(("Content-Type", "application/json"), ("X-Tag", "a"), ("x-tag", "b"), ("X-Empty", "")),
    body='{"items": [{"id": 1, "name": "Ash"}, {"id": 2, "name": "Birch"}], "total": 2, "none": null}',
    statistics={"resolve": 1.0, "total": 120.5},
    certificate_days=30.5,
)


@pytest.mark.parametrize(
    ("source", "operator", "expression", "expected", "passed"),
    [
        (S.STATUS, Op.EQUALS, None, "404", True),
        (S.STATUS, Op.EQUALS, None, "200,4xx", True),
        (S.STATUS, Op.EQUALS, None, "200", False),
        (S.STATUS, Op.NOT_EQUALS, None, "5xx", True),
        (S.STATUS, Op.NOT_EQUALS, None, "4xx", False),
        (S.STATUS, Op.IN, None, "404,410", True),
        (S.STATUS, Op.LESS_THAN, None, "404", False),
        (S.STATUS, Op.AT_LEAST, None, "404", True),
        (S.HEADER, Op.EQUALS, "content-type", "application/json", True),
        (S.HEADER, Op.EQUALS, "X-Tag", "b", True),
        (S.HEADER, Op.NOT_EQUALS, "X-Tag", "b", False),
        (S.HEADER, Op.NOT_EQUALS, "X-None", "b", True),
        (S.HEADER, Op.CONTAINS, "Content-Type", "json", True),
        (S.HEADER, Op.EXISTS, "X-EMPTY", None, True),
        (S.HEADER, Op.EXISTS, "X-None", None, False),
        (S.HEADER, Op.MATCHES, "X-Tag", "^[bc]$", True),
        (S.HEADER, Op.EQUALS, "X-None", "", False),
        (S.BODY, Op.CONTAINS, None, "Birch", True),
        (S.BODY, Op.NOT_CONTAINS, None, "Birch", False),
        (S.BODY, Op.EXISTS, None, None, True),
        (S.BODY, Op.MATCHES, None, r"\d", True),
        (S.BODY, Op.NOT_MATCHES, None, "^x", True),
        (S.BODY, Op.IS_JSON, None, None, True),
        (S.JSON_PATH, Op.EQUALS, "$.total", "2", True),
        (S.JSON_PATH, Op.EQUALS, "$.items[*].name", "Birch", True),
        (S.JSON_PATH, Op.NOT_EQUALS, "$.items[*].name", "Birch", False),
        (S.JSON_PATH, Op.EQUALS, "$.items[0]", '{"name":"Ash","id":1.0}', True),
        (S.JSON_PATH, Op.EQUALS, "$.none", "null", True),
        (S.JSON_PATH, Op.EXISTS, "$.none", None, True),
        (S.JSON_PATH, Op.EXISTS, "$.nope", None, False),
        (S.JSON_PATH, Op.CONTAINS, "$..name", "irc", True),
        (S.JSON_PATH, Op.GREATER_THAN, "$..id", "1", True),
        (S.JSON_PATH, Op.GREATER_THAN, "$..id", "2", False),
        (S.JSON_PATH, Op.MATCHES, "$.items", '"id":2', True),
        (S.DURATION, Op.AT_MOST, None, "120.5", True),
        (S.DURATION, Op.LESS_THAN, None, "120.5", False),
        (S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "30", True),
        (S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "31", False),
    ],
    ids=str,
)
def test_a_judgement_of_each_kind(source, operator, expression, expected, passed):
    judgement = judged(checked(source, operator, expression, expected), RESPONSE)

    assert judgement.passed is passed
    assert bool(judgement.message) is not passed


@pytest.mark.parametrize(
    ("validation", "judgement"),
    [
        ((S.STATUS, Op.EQUALS, None, "200"), ("404", "Expected the status to equal 200, got 404")),
        ((S.HEADER, Op.EXISTS, "ETag", None), (None, "Expected the header ETag to exist, got nothing")),
        ((S.HEADER, Op.EQUALS, "X-Empty", "a"), ("", "Expected the header X-Empty to equal a, got an empty text")),
        ((S.JSON_PATH, Op.EQUALS, "$.total", "3"), ("2", "Expected $.total to equal 3, got 2")),
        ((S.JSON_PATH, Op.EQUALS, "$.nope", "3"), (None, "Expected $.nope to equal 3, got nothing")),
        ((S.DURATION, Op.AT_MOST, None, "100"),
         ("120.5", "Expected the milliseconds of the response to be at most 100, got 120.5")),
        ((S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "31"),
         ("30.5", "Expected the days that the certificate is still valid to be at least 31, got 30.5")),
    ],
    ids=str,
)  # fmt: skip
def test_a_failure_says_what_was_expected_and_what_came(validation, judgement):
    actual, message = judgement

    assert judged(checked(*validation), RESPONSE) == Judgement(passed=False, actual=actual, message=message)


def test_what_came_is_shown_by_its_start():
    judgement = judged(checked(S.BODY, Op.CONTAINS, None, "b" * 500), StepResponse(200, body="a" * 500))

    assert judgement.actual == "a" * 199 + "…"
    assert judgement.message == f"Expected the body to contain {'b' * 199}…, got {'a' * 199}…"


@pytest.mark.parametrize("body", ["", "{", "nope", "NaN", "[1,]", "{'a': 1}", "[" * 2000 + "]" * 2000])
def test_a_body_that_is_no_json_fails_all_that_asks_for_json(body):
    for validation in (checked(S.BODY, Op.IS_JSON, None, None), checked(S.JSON_PATH, Op.NOT_EQUALS, "$.a", "1")):
        judgement = judged(validation, StepResponse(200, body=body))

        assert judgement == Judgement(passed=False, actual=body[:199] + "…" if len(body) > 200 else body,
                                      message="Expected the body to be JSON")  # fmt: skip


def test_a_site_without_certificate_has_no_days():
    judgement = judged(checked(S.CERTIFICATE_DAYS, Op.LESS_THAN, None, "5"), StepResponse(200))

    assert not judgement.passed
    assert judgement.actual is None


@pytest.mark.parametrize(
    ("validation", "body"),
    [
        (checked(S.BODY, Op.MATCHES, None, "(x+x+)+y"), "x" * 5000),
        (checked(S.BODY, Op.NOT_MATCHES, None, "(x+x+)+y"), "x" * 5000),
        (checked(S.JSON_PATH, Op.NOT_MATCHES, "$[*]", "(x+x+)+y"), json.dumps(["x" * 12] * 9000)),
        (checked(S.JSON_PATH, Op.EXISTS, "$..*..*..*..*..nope", None), "[" * 90 + "]" * 90),
    ],
    ids=["regex", "opposite", "many values", "path"],
)
def test_a_search_without_end_fails_its_validation(validation, body):
    judgement = judged(validation, StepResponse(200, body=body))

    assert not judgement.passed
    assert judgement.message.endswith(": the search took more than 0.3 s")


TEXT = st.text("ab1", max_size=3)
PLAIN = {
    Op.EQUALS: lambda values, expected: expected in values,
    Op.NOT_EQUALS: lambda values, expected: expected not in values,
    Op.CONTAINS: lambda values, expected: any(expected in value for value in values),
    Op.NOT_CONTAINS: lambda values, expected: not any(expected in value for value in values),
    Op.MATCHES: lambda values, expected: any(re.search(expected, value) for value in values),
    Op.NOT_MATCHES: lambda values, expected: not any(re.search(expected, value) for value in values),
    Op.EXISTS: lambda values, expected: bool(values),
}


@given(st.lists(TEXT, max_size=3), TEXT, st.sampled_from(sorted(PLAIN)))
def test_texts_are_judged_alike_wherever_they_stand(values, expected, operator):
    passes = bool(PLAIN[operator](values, expected))
    response = StepResponse(200, tuple(("A", value) for value in values), json.dumps(values))

    assert judged(checked(S.HEADER, operator, "a", expected), response).passed == passes
    assert judged(checked(S.JSON_PATH, operator, "$[*]", expected), response).passed == passes
    for value in values:
        alone = bool(PLAIN[operator]([value], expected)) and (operator is not Op.EXISTS or value != "")
        assert judged(checked(S.BODY, operator, None, expected), StepResponse(200, body=value)).passed == alone


def test_every_validation_but_javascript_can_be_judged():
    expressions = {S.HEADER: "a", S.JSON_PATH: "$"}
    for source, operators in OPERATORS.items():
        for operator in operators - {Op.PASSES}:
            assert isinstance(judged(checked(source, operator, expressions.get(source), "200"), RESPONSE), Judgement)


def test_what_searches_is_costly():
    assert is_costly(checked(S.BODY, Op.MATCHES, None, "a"))
    assert is_costly(checked(S.JSON_PATH, Op.EXISTS, "$", None))
    assert not is_costly(checked(S.BODY, Op.CONTAINS, None, "a"))
    assert not is_costly(Validation(S.STATUS, Op.EQUALS, "", "200"))
