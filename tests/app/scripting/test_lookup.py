"""A run with scripts and a run without fill in the same."""

import json

import _quickjs
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.variables import looked_up
from app.scripting import child

SURROUNDINGS = child.surroundings()
PARTS = st.sampled_from(["a", "b", "0", "1", "length", "a b", "toString", "__proto__", "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab{}é", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(PARTS, inner, max_size=2),
    max_leaves=6,
)
NAMES = st.lists(PARTS, min_size=1, max_size=3).map(".".join)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, VALUES, max_size=4), st.lists(NAMES, max_size=6, unique=True))
def test_both_look_up_the_same(variables, names):
    engine = child.Engine(_quickjs, SURROUNDINGS)
    opening = {"monitor": {}, "variables": variables, "seed": [1, 2, 3]}
    task = {"at": 0, "events": [("open", opening)], "script": None, "request": False, "names": names}

    reply, text = engine.run(json.dumps(task), 10)

    assert reply is child.Reply.DONE
    assert in_one_order(json.loads(text)["values"]) == in_one_order(looked_up(names, variables))


def in_one_order(values: dict[str, str]) -> dict[str, object]:
    # JavaScript writes keys that are numbers before the others.
    return {name: read(text) for name, text in values.items()}


def read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
