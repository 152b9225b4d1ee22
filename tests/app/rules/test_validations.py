"""What can be validated, and what is refused when it is saved."""

import pytest

from app.errors import InvalidInput
from app.rules.scripts import MAX_SCRIPT_LENGTH, check_script
from app.rules.validations import OPERATORS, Validation, ValidationOperator, ValidationSource, checked

S, Op = ValidationSource, ValidationOperator


@pytest.mark.parametrize(
    ("source", "operator", "expression", "expected"),
    [
        (S.STATUS, Op.EQUALS, None, "500"),
        (S.STATUS, Op.NOT_EQUALS, None, "2xx"),
        (S.STATUS, Op.IN, None, "200,204,3xx"),
        (S.STATUS, Op.AT_MOST, None, "399"),
        (S.HEADER, Op.CONTAINS, "Content-Type", "json"),
        (S.HEADER, Op.EXISTS, "ETag", None),
        (S.BODY, Op.EQUALS, None, ""),
        (S.BODY, Op.NOT_MATCHES, None, "(?<!no )error"),
        (S.BODY, Op.IS_JSON, None, None),
        (S.JSON_PATH, Op.LESS_THAN, "$.queue.length", "10"),
        (S.DURATION, Op.AT_MOST, None, "250.5"),
        (S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "14"),
        (S.JAVASCRIPT, Op.PASSES, "assert(true)", None),
    ],
    ids=str,
)
def test_a_validation_of_each_kind(source, operator, expression, expected):
    assert checked(source, operator, expression, expected) == Validation(
        source, operator, expression or "", expected or ""
    )


def test_texts_without_a_use_are_dropped():
    assert checked(S.STATUS, Op.EQUALS, "x", "200") == Validation(S.STATUS, Op.EQUALS, "", "200")
    assert checked(S.HEADER, Op.EXISTS, "A", "x") == Validation(S.HEADER, Op.EXISTS, "A", "")


@pytest.mark.parametrize(
    ("source", "operator", "expression", "expected", "field", "told"),
    [
        (S.STATUS, Op.MATCHES, None, "2..", "operator", "MATCHES is no operator of STATUS"),
        (S.DURATION, Op.EQUALS, None, "5", "operator", "EQUALS is no operator of DURATION"),
        (S.JAVASCRIPT, Op.EQUALS, "1", "1", "operator", "no operator"),
        (S.STATUS, Op.EQUALS, None, None, "expected", "EQUALS needs what is expected"),
        (S.STATUS, Op.EQUALS, None, "ok", "expected", "a list of response codes"),
        (S.STATUS, Op.AT_MOST, None, "2xx", "expected", "AT_MOST needs a number"),
        (S.DURATION, Op.AT_MOST, None, "fast", "expected", "AT_MOST needs a number"),
        (S.DURATION, Op.AT_MOST, None, "nan", "expected", "AT_MOST needs a number"),
        (S.DURATION, Op.AT_MOST, None, "-1", "expected", "DURATION is never less than 0"),
        (S.BODY, Op.MATCHES, None, "(", "expected", "a parenthesis is not closed"),
        (S.BODY, Op.CONTAINS, None, "x" * 10_001, "expected", "at most 10000 characters"),
        (S.HEADER, Op.EXISTS, None, None, "expression", "HEADER needs the name of a header"),
        (S.HEADER, Op.EXISTS, "x" * 1001, None, "expression", "at most 1000 characters"),
        (S.JSON_PATH, Op.EXISTS, "", None, "expression", "JSON_PATH needs a JSON path"),
        (S.JSON_PATH, Op.EXISTS, "$[", None, "expression", "no JSON path of RFC 9535, see its end"),
        (S.JSON_PATH, Op.EXISTS, "$.a|b", None, "expression", "no JSON path of RFC 9535, see character 4"),
        (S.JAVASCRIPT, Op.PASSES, None, None, "expression", "JAVASCRIPT needs a script"),
        (S.JAVASCRIPT, Op.PASSES, "x" * (MAX_SCRIPT_LENGTH + 1), None, "expression", "at most 65536 characters"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_wrong_is_named(source, operator, expression, expected, field, told):
    with pytest.raises(InvalidInput, match=told) as refusal:
        checked(source, operator, expression, expected)

    assert refusal.value.path == (field,)


def test_every_source_and_operator_has_a_use():
    assert set(OPERATORS) == set(S)
    assert frozenset().union(*OPERATORS.values()) == set(Op)


def test_scripts_are_bounded():
    check_script("x" * MAX_SCRIPT_LENGTH)
    with pytest.raises(InvalidInput) as refusal:
        check_script("x" * (MAX_SCRIPT_LENGTH + 1), ("templates", "0", "postScript"))

    assert refusal.value.path == ("templates", "0", "postScript")
