"""Patterns mean what they mean in JavaScript, and end."""

import _quickjs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.bounds import TooCostly
from app.rules.javascript_regex import MAX_PATTERN_LENGTH, check, found

TOKENS = [
    *"ab1 .^$|()*+?{}[]-,_é\n\u00a0", "ab", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?<m>", "*?", "{2}", "{1,}",
    "{0,1}", "{,2}", "[^", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\b", r"\B", r"\.", r"\/", r"\-", r"\]", r"\^",
    r"\n", r"\x61", r"\u0062", r"\cA", r"\c", r"\0", r"\12", r"\x6", r"\u00", r"\e", r"\A", r"\Z", r"\p", r"\k<n>",
    r"\1", r"\2", r"\9", "[:alpha:]", "&&", "||", "{e<=1}", "(?P<n>", "(?i)", "++", "(?#", "(?>", "\\",
]  # fmt: skip
PATTERNS = st.lists(st.sampled_from(TOKENS), max_size=7).map("".join)
TEXTS = st.text("ab1_ \n\\é\u00a0]{}e<=-,", max_size=8) | st.sampled_from(["aab b", "{,2}b", "a{e<=1}", "aa-b]a"])


@pytest.fixture(scope="module")
def javascript():
    """Whether JavaScript finds a pattern in a text; None when it does not compile."""
    engine = _quickjs.Context()
    return engine.eval(
        "(pattern, text) => {"
        "  let made; try { made = new RegExp(pattern) } catch { return null }"
        "  return made.test(text) }"
    )


def ours(pattern: str, text: str) -> bool | None:
    try:
        return found(pattern, text)
    except InvalidInput:
        return None


@settings(max_examples=500)
@given(PATTERNS, TEXTS)
@example(r"(?<n>\k<n>)", "")
@example(r"(a)|\1b", "b")
@example(r"\2(a)(b)", "ab")
@example("[]", "a")
@example("[^]", "\n")
@example("a$", "a\n")
@example("^a{,2}$", "a{,2}")
@example(r"[\w-b]", "-")
@example("x*", "")
def test_patterns_are_accepted_and_found_as_in_javascript(javascript, pattern, text):
    assert ours(pattern, text) == javascript(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("a++", "nothing to repeat at character 3"),
        ("(a", "a parenthesis is not closed"),
        ("a)", "a closing parenthesis too many"),
        ("[a", "a bracket is not closed"),
        ("[b-a]", "a range out of order"),
        ("a{2,1}", "numbers out of order"),
        ("(?i)a", "an unknown kind of group"),
        ("(?<a>x)(?<a>y)", "two groups have the same name"),
        (r"(?<a>x)\k<b>", "a reference to no group"),
        ("\\", "a backslash at the end"),
        ("a{100001}", "a count beyond 100000"),
        ("a" * (MAX_PATTERN_LENGTH + 1), "at most 4096 characters"),
        ("(?:(?:(?:[ab]{100}){100}){100}){100}", "more than 5000 parts"),
        ("(?:(?=a{100}){100}){100}", "more than 5000 parts"),
        ("(?:(?:x?){100,}){100,}", "more than 5000 parts"),
        ("(" * 2000 + ")" * 2000, "recursion"),
    ],
)
def test_a_refusal_says_why(pattern, told):
    with pytest.raises(InvalidInput, match=told):
        check(pattern)


def test_a_search_without_end_is_given_up():
    with pytest.raises(TooCostly, match=r"more than 0\.3 s"):
        found("(x+x+)+y", "x" * 5000)
