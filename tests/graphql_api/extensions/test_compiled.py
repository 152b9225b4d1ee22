"""The compiling executor answers exactly what graphql-core answers, whatever is asked and whatever is found."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
import strawberry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig

from app.site import Site
from graphql_api.context import Context
from graphql_api.extensions.compiled import CompilingExecutor, Rows
from graphql_api.fields import fetched, node_type, plain, stored
from graphql_api.scalars import SCALARS
from graphql_api.schema import make_schema
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_statements import REFERENCE, filled  # noqa: F401 - a fixture


@strawberry.enum
class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Word(str):
    __slots__ = ()


@dataclass
class Animal:
    """A record whose values may be anything."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None


class Stone(Animal):
    """What no type of the schema describes."""


def shout(root: Animal) -> str | None:
    return None if root.text is None else root.text.upper()


def whose(root: Animal, info: strawberry.Info) -> str:
    return f"{info.context}'s {root.text}"


async def slow(root: Animal) -> str | None:
    return shout(root)


async def slow_must(root: Animal) -> str:
    return shout(root)  # type: ignore[return-value]


def friends(root: Animal, most: int = 2) -> Any:
    return root.friends[:most]


@strawberry.interface(description="-")
class Named:
    text: str | None = stored("-")


@node_type(Animal, "-")
class Beast(Named):
    must_text: str = stored("-")
    integer: int | None = stored("-")
    must_integer: int = stored("-")
    number: float | None = stored("-")
    flag: bool | None = stored("-")
    must_flag: bool = stored("-")
    size: Size | None = stored("-")
    must_size: Size = stored("-")
    at: datetime | None = stored("-")
    words: list[str] | None = stored("-")
    other: strawberry.ID | None = stored("-")
    shout: str | None = plain(shout, "-")
    whose: str = plain(whose, "-")
    slow: str | None = fetched(slow, "-")
    slow_must: str = fetched(slow_must, "-")
    friend: "Beast | None" = stored("-")
    must_friend: "Beast" = stored("-")
    friends: list["Beast"] | None = fetched(friends, "-")
    some: list["Beast | None"] | None = stored("-")
    named: list[Named] | None = stored("-")


HERD: list[Any] = []


async def herd() -> Any:
    return HERD


async def first() -> Any:
    return HERD[0] if HERD else None


@strawberry.type(description="-")
class Query:
    herd: list[Beast] | None = fetched(herd, "-")
    first: Beast | None = fetched(first, "-")


CONFIG = StrawberryConfig(scalar_map=SCALARS)
STOCK = strawberry.Schema(Query, config=CONFIG, types=[Beast])
COMPILED = strawberry.Schema(Query, config=CONFIG, types=[Beast], execution_context_class=CompilingExecutor)
for _schema in (STOCK, COMPILED):
    _schema.process_errors = lambda *_: None  # type: ignore[method-assign] # errors are compared, not logged

INSTANT = datetime(2026, 3, 1, 12, tzinfo=UTC)
USUAL = {
    "text": ["", "a", Word("w"), None],
    "must_text": ["b", "c"],
    "integer": [0, -(2**31), None],
    "must_integer": [7, 2**31 - 1],
    "number": [1.5, None],
    "flag": [True, None],
    "must_flag": [False, True],
    "size": [Size.SMALL, None],
    "must_size": [Size.LARGE, Size.SMALL],
    "at": [INSTANT, None],
    "words": [["x"], None],
    "other": ["id", None],
}
ODD = [
    None,
    2**31,
    True,
    "text",
    Word("x"),
    1,
    1.0,
    math.nan,
    math.inf,
    [],
    {},
    object(),
    Size.SMALL,
    ValueError("v"),
    INSTANT,
]
USED = "used: herd @skip(if: $yes) { a: __typename @include(if: $no) }"
LEAVES = [
    "text",
    "mustText",
    "integer",
    "mustInteger",
    "number",
    "flag",
    "mustFlag",
    "size",
    "mustSize",
    "at",
    "words",
    "other",
    "shout",
    "whose",
    "slow",
    "slowMust",
    "__typename",
]
OBJECTS = ["friend", "mustFriend", "friends", "friends(most: 1)", "some", "named"]


def records(odd: float, depth: int = 2) -> st.SearchStrategy[Animal]:
    values = {
        name: st.sampled_from(usual) if odd == 0 else st.one_of(*[st.sampled_from(usual)] * 12, st.sampled_from(ODD))
        for name, usual in USUAL.items()
    }
    inner = records(odd, depth - 1) if depth else st.none()
    friend = st.one_of(inner, st.none(), st.just(Stone({"text": "stone"}))) if odd else inner
    values |= {
        "friend": st.one_of(st.none(), friend),
        "must_friend": friend,
        "friends": st.lists(friend, max_size=3),
        "some": st.one_of(st.none(), st.lists(st.one_of(st.none(), friend), max_size=2)),
        "named": st.one_of(st.none(), st.lists(inner, max_size=2)) if depth else st.none(),
    }
    return st.fixed_dictionaries(values).map(Animal)


@st.composite
def selections(draw: st.DrawFn, depth: int = 2) -> str:
    """A selection on Beast, with aliases, directives and fragments."""
    parts = []
    for number in range(draw(st.integers(1, 5))):
        alias = draw(st.sampled_from(["", "", f"a{number}: "]))
        directive = draw(st.sampled_from(["", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)"]))
        if depth and draw(st.integers(0, 3)) == 0:
            name = draw(st.sampled_from(OBJECTS))
            inner = draw(selections(depth=depth - 1))
            body = f"{{ __typename ... on Beast {inner} }}" if name == "named" else inner
            parts.append(f"o{number}_{depth}: {name}{directive} {body}")
        else:
            name = draw(st.sampled_from(LEAVES))
            alias = alias and f"a{number}_{name}: "
            parts.append(f"{alias}{name}{directive}")
    wrapped = draw(
        st.sampled_from(["{}", "{}", "... on Beast {{ {} }}", "... on Named {{ text ... on Beast {{ {} }} }}"])
    )
    return f"{{ {wrapped.format(' '.join(parts))} }}"


def order(value: Any) -> Any:
    """Return the value with the order of its objects' names made visible to comparison."""
    if isinstance(value, dict):
        return [(name, order(one)) for name, one in value.items()]
    return [order(one) for one in value] if isinstance(value, list) else (type(value), value)


def told(errors: list[Any] | None) -> list[Any]:
    return sorted((str(error.path), error.message, type(error.original_error).__name__) for error in errors or [])


async def compare(query: str, found: list[Any]) -> Any:
    HERD[:] = found
    variables = {"yes": True, "no": False}
    stock = await STOCK.execute(query, variables, "ann")
    compiled = await COMPILED.execute(query, variables, "ann")
    assert order(compiled.data) == order(stock.data)
    assert told(compiled.errors) == told(stock.errors)
    return stock


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), selections(), st.sampled_from(["herd", "first"]), st.sampled_from([0, 1]))
async def test_every_selection_is_answered_as_by_graphql_core(
    data: st.DataObject, selection: str, root: str, odd: int
) -> None:
    found = data.draw(st.lists(records(odd), max_size=4))
    query = f"query($yes: Boolean!, $no: Boolean!) {{ {USED} {root} {selection} }}"

    await compare(query, found)


def usual(**changes: Any) -> Animal:
    plain_values = {name: values[0] for name, values in USUAL.items()}
    return Animal(
        {**plain_values, "friend": None, "must_friend": None, "friends": [], "some": [], "named": [], **changes}
    )


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["mustText", "mustInteger", "number", "mustFlag", "mustSize", "at", "other"])
async def test_one_odd_value_among_many_is_told_as_by_graphql_core(name: str, odd: Any) -> None:
    attribute = {
        "mustText": "must_text",
        "mustInteger": "must_integer",
        "mustFlag": "must_flag",
        "mustSize": "must_size",
    }
    found = [usual(), usual(**{attribute.get(name, name): odd}), usual()]

    for selection in (f"{{ {name} }}", f"{{ {name} slow }}", f"{{ text friends {{ text }} {name} }}"):
        await compare(f"query($yes: Boolean!, $no: Boolean!) {{ {USED} herd {selection} }}", found)


async def test_what_no_type_describes_is_refused_as_by_graphql_core() -> None:
    query = f"query($yes: Boolean!, $no: Boolean!) {{ {USED} herd {{ text }} }}"

    stock = await compare(query, [usual(), "not a beast"])

    assert stock.data["herd"] is None


async def test_plain_lists_are_really_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[int] = []
    whole = Rows.answers

    def counting(self: Rows, found: Any, info: Any) -> Any:
        answered.append(len(found))
        return whole(self, found, info)

    monkeypatch.setattr(Rows, "answers", counting)
    HERD[:] = [usual(must_friend=usual()) for _ in range(3)]

    result = await COMPILED.execute("{ herd { __typename text shout whose size at mustFriend { text } } }", {}, "ann")

    assert result.errors is None
    assert result.data["herd"][2]["mustFriend"] == {"text": ""}
    assert answered == [3, 3]


async def test_the_api_answers_the_same_either_way(site: Site, ctx: Context, filled: Asker) -> None:  # noqa: F811 - the fixture
    stock, compiled = make_schema(), make_schema(execution_context_class=CompilingExecutor)

    for query, _ in REFERENCE.values():
        ctx.forget()
        expected = await stock.execute(query, context_value=ctx)
        ctx.forget()
        found = await compiled.execute(query, context_value=ctx)
        assert expected.errors is None
        assert order(found.data) == order(expected.data)
