"""`{{name}}` in the texts of a request: what stands for it, the same in Python as in JavaScript."""

import json

import _quickjs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.steps import StepRequest
from app.rules.variables import (
    MAX_FILLED_LENGTH,
    MAX_NAMES,
    filled,
    filled_request,
    looked_up,
    names_in,
    number,
    spelled,
)

NAMES = st.sampled_from(["a", "b", "user.id", "long name", "ä"])
VALUES = st.dictionaries(NAMES, st.text(max_size=5) | st.just("{{a}}"))
PIECES = st.lists(
    st.tuples(
        st.just("text"), st.text("xyz {}\n", max_size=4).filter(lambda text: "{{" not in text and "}}" not in text)
    )
    | st.tuples(st.just("name"), NAMES),
    max_size=6,
)


@given(PIECES, VALUES)
def test_every_known_name_is_filled_in_once_and_all_else_stays(pieces, values):
    # a brace beside a placeholder would belong to it: texts are set off by a letter
    text = "".join(f"|{text}|" if kind == "text" else f"{{{{ {text} }}}}" for kind, text in pieces)

    expected = (f"|{text}|" if kind == "text" else values.get(text, f"{{{{ {text} }}}}") for kind, text in pieces)

    assert filled(text, values) == "".join(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{a}}", "1"),
        ("{{\t a\n}}", "1"),
        ("{{{a}}}", "{1}"),
        ("{{a}}{{a}}", "11"),
        ("{a} {{}} {{ }} {{nope}} {{a", "{a} {{}} {{ }} {{nope}} {{a"),
        ("{{a{{a}}", "{{a1"),
        ("{{" + "a" * 201 + "}}", "{{" + "a" * 201 + "}}"),
        ("{{A}}", "{{A}}"),
    ],
)
def test_what_is_a_placeholder(text, expected):
    assert filled(text, {"a": "1"}) == expected


def test_a_text_that_grows_without_bound_is_refused():
    with pytest.raises(InvalidInput, match="more than 1000000 characters"):
        filled("{{a}}" * 11, {"a": "x" * (MAX_FILLED_LENGTH // 10)})


def test_all_parts_of_a_request_but_names_and_method_are_filled_in():
    request = StepRequest("{{a}}", "http://{{a}}", (("{{a}}", "{{b}}"),), (("{{a}}", "{{ c.d }}"),), "{{a}} {{e}}")

    found = filled_request(request, {"a": "1", "b": "2", "c.d": "3"})

    assert names_in(request) == ("a", "b", "c.d", "e")
    assert found == StepRequest("{{a}}", "http://1", (("{{a}}", "2"),), (("{{a}}", "3"),), "1 {{e}}")


def test_a_request_without_body_has_none_after():
    assert filled_request(StepRequest("GET", "http://x"), {}).body is None


def test_the_names_of_a_request_are_bounded():
    body = "".join(f"{{{{n{number}}}}}" for number in range(MAX_NAMES + 1))

    assert len(names_in(StepRequest("GET", "http://x", body=body))) == MAX_NAMES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", "plain"),
        ("list.1", "b"),
        ("list.length", "2"),
        ("list.2", None),
        ("list.01", None),
        ("list.-1", None),
        ("deep.er.est", "1.5"),
        ("deep.nope", None),
        ("deep..er..est", "1.5"),
        ("text.length", None),
        ("dotted.name", "itself"),
        ("nothing", ""),
        ("nothing.more", None),
        ("toString", None),
        (".", None),
        ("", None),
    ],
)
def test_dots_walk_into_variables(name, expected):
    variables = {
        "text": "plain",
        "list": ["a", "b"],
        "deep": {"er": {"est": 1.5}},
        "dotted.name": "itself",
        "nothing": None,
    }

    assert looked_up([name], variables) == ({} if expected is None else {name: expected})


@pytest.fixture(scope="module")
def spelling():
    """JavaScript's own spelling of a JSON value, as section 9 wants it."""
    engine = _quickjs.Context()
    return engine.eval(
        "(json) => { const value = JSON.parse(json); if (value === null) return '';"
        "return typeof value === 'object' ? JSON.stringify(value) : '' + value }"
    )


# Of a few numbers with sixteen digits, as 2 ** -24, the engine writes one more than the standard asks for.
FLOATS = st.builds(
    lambda digits, power: float(f"{digits}e{power}"), st.integers(-(10**15), 10**15), st.integers(-30, 30)
)


@given(FLOATS | st.integers(-(2**70), 2**70))
@example(1e21)
@example(1e-7)
@example(123456789012345680000)
@example(0.000001)
@example(-0.0)
@example(5e-324)
@example(1.7976931348623157e308)
@example(10**400)
def test_numbers_are_spelled_as_javascript_does(spelling, value):
    assert number(value) == spelling(json.dumps(value))


KEYS = st.text("abcZ_é '\"\\\n", min_size=1, max_size=3)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | FLOATS
    | st.integers(-(2**60), 2**60)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_values_are_spelled_as_javascript_does(spelling, value):
    assert spelled(value) == spelling(json.dumps(value))


def test_a_name_does_not_begin_in_one_text_and_end_in_the_next():
    request = StepRequest("GET", "x{{a", headers=(("X", "b}} {{c}"), ("Y", "} {{{"), ("Z", "{{d}}")), body="}}")
    assert names_in(request) == ("d",)
