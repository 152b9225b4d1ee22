"""Conditions on JSON values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import conditions

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text("ab1", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=5,
)


def told_apart(value: object) -> object:
    """A value as JSON tells it from others: true is not 1, 1.0 is 1, the order of members is nothing."""
    if isinstance(value, bool) or value is None:
        return ("word", value)
    if isinstance(value, int | float):
        return ("number", float(value))
    if isinstance(value, dict):
        return ("object", sorted((name, told_apart(item)) for name, item in value.items()))
    return ("list", list(map(told_apart, value))) if isinstance(value, list) else ("text", value)


@given(JSON, JSON)
def test_values_equal_what_means_the_same_as_json(value, other):
    for expected in (value, other):
        if not isinstance(value, str) and not isinstance(expected, str):
            same = repr(told_apart(value)) == repr(told_apart(expected)) or told_apart(value) == told_apart(expected)
            assert conditions.equals(value, json.dumps(expected, indent=1)) == same


@given(st.text('ab"{}1', max_size=4), st.text('ab"{}1', max_size=4))
def test_texts_equal_and_contain_texts(value, expected):
    assert conditions.equals(value, expected) == (value == expected)
    assert conditions.contains(value, expected) == (expected in value)


@pytest.mark.parametrize(
    ("value", "expected", "found"),
    [
        ([1, "two", [3]], "1", True),
        ([1, "two", [3]], "two", True),
        ([1, "two", [3]], "[3]", True),
        ([12], "1", False),
        ({"a": 1}, "a", True),
        ({"a": 1}, "1", False),
        (1234, "23", True),
        (True, "ru", True),
        (None, "null", True),
    ],
)
def test_lists_contain_items_and_objects_members(value, expected, found):
    assert conditions.contains(value, expected) == found


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60), st.integers(-(2**50), 2**50))
def test_numbers_stand_in_order_also_as_text(value, expected):
    for shown in (value, repr(value)):
        assert conditions.greater_than(shown, str(expected)) == (float(value) > expected)
        assert conditions.at_least(shown, str(expected)) == (float(value) >= expected)
        assert conditions.less_than(shown, str(expected)) == (float(value) < expected)
        assert conditions.at_most(shown, str(expected)) == (float(value) <= expected)


@pytest.mark.parametrize("value", ["", "ten", "nan", "inf", None, True, [5], {"a": 5}, 10**400, "1e999"])
def test_what_is_no_number_stands_in_no_order(value):
    assert not conditions.at_most(value, "10")
    assert not conditions.at_least(value, "-10")
