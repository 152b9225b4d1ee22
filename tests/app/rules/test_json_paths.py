"""JSON paths select what RFC 9535 says, and end."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.bounds import TooCostly
from app.rules.json_paths import MAX_PATH_LENGTH, check, selected

SHOP = {
    "books": [
        {"title": "Ash", "price": 8.95, "tags": ["a", "b"]},
        {"title": "Birch", "price": 22, "isbn": "0-1"},
        {"title": "Cedar", "price": 12},
    ],
    "open": True,
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$", [SHOP]),
        ("$.open", [True]),
        ("$['books'][0]['title']", ["Ash"]),
        ("$.books[-1].price", [12]),
        ("$.books[*].title", ["Ash", "Birch", "Cedar"]),
        ("$..title", ["Ash", "Birch", "Cedar"]),
        ("$.books[0:2].price", [8.95, 22]),
        ("$.books[0,2].price", [8.95, 12]),
        ("$.books[?@.isbn].title", ["Birch"]),
        ("$.books[?@.price < 10 || @.title == 'Cedar'].title", ["Ash", "Cedar"]),
        ("$.books[?length(@.tags) == 2].title", ["Ash"]),
        ("$.books[?count(@.*) == 3].title", ["Ash", "Birch"]),
        ("$.books[?match(@.title, '[A-B].*')].title", ["Ash", "Birch"]),
        ("$.books[?search(@.title, 'r')].title", ["Birch", "Cedar"]),
        ("$.books[?search(@.title, '(')].title", []),
        ("$.books[?search(@.price, '8')].title", []),
        ("$.books[9].title", []),
        ("$.nope", []),
    ],
)
def test_paths_of_the_rfc(path, values):
    assert selected(path, SHOP) == values


@pytest.mark.parametrize(
    "path",
    ["", "a", "$.", "$[", "$['a'", "$.a\n", " $", "^.a", "$.~", "$.a | $.b", "$[?@.a =~ /x/]", "$[?isinstance(@, 'x')]",
     "$[?@..a == 1]", "$[?nope(@)]", "$[01]", "$" + "[" * 900, "$" + ".a" * MAX_PATH_LENGTH],
)  # fmt: skip
def test_what_is_no_path_of_the_rfc_is_refused(path):
    with pytest.raises(InvalidInput):
        check(path)


TOKENS = [
    "$",
    "@",
    ".",
    "..",
    "*",
    "[",
    "]",
    "a",
    "'a'",
    "0",
    "-1",
    ":",
    ",",
    "?",
    "==",
    "(",
    ")",
    "!",
    "&&",
    "count",
    " ",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=10).map("".join))
def test_any_text_is_a_path_or_refused(text):
    try:
        check("$" + text)
    except InvalidInput:
        return
    assert isinstance(selected("$" + text, SHOP), list)


WIDE = [1] * 100_000
TREE = [[[[i, j] for j in range(10)] for i in range(10)] for _ in range(10)]
CHAIN = orjson.loads("[" * 90 + "]" * 90)
DEEP = orjson.loads("[" * 900 + "]" * 900)


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$..*..*..*..*", CHAIN),
        ("$..*..*..*..*..nope", CHAIN),
        ("$..[?count($..*..*) > 1]", TREE),
        ("$..[?count($..*..*) < 0]", TREE),
        ("$" + "[*,*,*,*]" * 60, TREE),
        ("$[?$ == $]", WIDE),
        ("$..*", WIDE),
        ("$..a", DEEP),
        ("$[?search(@, '(x+x+)+y')]", ["x" * 5000] * 100),
        ("$" + "..*" * 60, CHAIN),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else type(value).__name__,
)
def test_a_path_that_costs_too_much_is_given_up(path, document):
    with pytest.raises(TooCostly):
        selected(path, document)


def test_a_plain_path_walks_documents_that_are_nested_deeply():
    assert selected("$" + "[0]" * 300, DEEP) != []
