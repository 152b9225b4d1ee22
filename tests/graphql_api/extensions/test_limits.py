"""What an operation may cost, and how large a document may be."""

import pytest
from graphql import parse

from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from graphql_api.extensions.limits import limit_errors
from tests.graphql_api.conftest import Asker

WALL = """
query Wallboard($first: Int) { project { checks(first: $first) { edges { node {
  name state stateSince
  schedule { ... on PeriodSchedule { period } }
  tags { name }
  flips(first: 1) { edges { node { at from to } } }
} } } } }
"""


async def cost(ctx: Context, query: str, **variables: object) -> int:
    result = await execute(ctx, Operation(query, variables))
    assert result.errors is None, result.errors
    return (result.extensions or {})["cost"]["requested"]


async def code(ctx: Context, query: str, **variables: object) -> tuple[object, dict]:
    result = await execute(ctx, Operation(query, variables))
    [error] = result.errors or []
    assert result.data is None
    return (error.extensions or {})["code"], (error.extensions or {})


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ serverInfo { version } }", {}, 1),
        ("{ project { name } }", {}, 1),
        ("{ project { checks { totalCount } } }", {}, 51),
        ("{ project { checks(first: null) { totalCount } } }", {}, 51),
        ("{ project { checks(first: 10) { edges { node { flips(first: 10) { edges { cursor } } } } } } }", {}, 231),
        ("query($n: Int) { project { checks(first: $n) { totalCount } } }", {"n": 7}, 8),
        ("query($n: Int) { project { checks(first: $n) { totalCount } } }", {}, 51),
        ("query($n: Int) { project { checks(first: $n) { totalCount } } }", {"n": None}, 51),
        ("query($n: Int = 9) { project { checks(first: $n) { totalCount } } }", {}, 10),
        ("{ project { ...P } } fragment P on Project { checks(first: 4) { totalCount } name }", {}, 5),
        ("{ project { ... on Node { ... on Project { checks(first: 4) { totalCount } } } } }", {}, 5),
        ("{ a: project { id } b: project { id } }", {}, 2),
        ("{ project { apiKeys { name } } }", {}, 51),
        (WALL, {}, 1 + 50 * 8),
        (WALL, {"first": 500}, 1 + 500 * 8),
    ],
)
async def test_a_page_costs_its_rows(ctx: Context, query: str, variables: dict, expected: int) -> None:
    assert await cost(ctx, query, **variables) == expected


async def test_counts_and_ids_multiply_too(writer: Asker) -> None:
    runs = """{ project { checks(first: 10) { edges { node { schedule {
      ... on CronSchedule { nextRuns(count: 20) } } } } } } }"""
    body = "{ project { checks(first: 2) { edges { node { pings(first: 3) { edges { node { body } } } } } } } }"
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Project { checks(first: 10) { totalCount } } } }"

    for query, variables, expected in (
        (runs, {}, 1 + 10 * (4 + 20)),
        (body, {}, 1 + 2 * (3 + 3 * (3 + 20))),
        (nodes, {"ids": [writer.project_id] * 5}, 5 * (1 + 10)),
        ('{ nodes(ids: ["x", "y"]) { id } }', {}, 2),
        ("{ __schema { types { fields { name } } } }", {}, 100),
    ):
        answer = (await writer.post(query, **variables)).json()
        assert answer["extensions"]["cost"] == {"requested": expected, "budget": 5000, "remaining": 5000 - expected}


async def test_what_costs_too_much_is_not_run(ctx: Context) -> None:
    nested = "{ project { checks(first: 100) { edges { node { flips(first: 100) { edges { cursor } } } } } } }"

    assert await code(ctx, nested) == ("TOO_EXPENSIVE", {"code": "TOO_EXPENSIVE", "cost": 20_301, "limit": 5000})


async def test_fragments_within_fragments_are_counted_at_once(ctx: Context) -> None:
    spread = "".join(f"fragment F{n} on Project {{ ...F{n + 1} ... {{ ...F{n + 1} }} }} " for n in range(60))
    query = f"{{ project {{ ...F0 }} }} {spread} fragment F60 on Project {{ tags {{ name }} }}"

    assert (await code(ctx, query))[0] == "TOO_EXPENSIVE"


async def test_a_document_is_bounded_in_depth_aliases_and_tokens(ctx: Context) -> None:
    round_and_round = "{ project { checks(first: 1) { edges { node { %s } } } } }"
    deep = round_and_round.replace("%s", round_and_round[2:-2]).replace("%s", "project { checks { edges { cursor } } }")
    just = round_and_round.replace("%s", round_and_round[2:-2]).replace("%s", "project { tags { name } }")
    aliases = "{ " + " ".join(f"a{n}: serverInfo {{ version }}" for n in range(31)) + " }"
    hidden = "{ serverInfo { ...F } again: serverInfo { ...F } } fragment F on ServerInfo { "
    hidden += " ".join(f"a{n}: version" for n in range(15)) + " }"
    tokens = "{ " + "viewer { role } " * 500 + "}"

    assert (await code(ctx, deep))[0] == "TOO_LARGE"
    assert await cost(ctx, just)
    assert (await code(ctx, aliases))[0] == "TOO_LARGE"
    assert (await code(ctx, hidden))[0] == "TOO_LARGE"
    assert (await code(ctx, tokens))[0] == "BAD_REQUEST"


async def test_introspection_is_answered_and_bounded(ctx: Context) -> None:
    from graphql import get_introspection_query

    await cost(ctx, get_introspection_query(descriptions=True, input_value_deprecation=True))
    round_and_round = (
        '{ __type(name: "Check") { fields { type { fields { type { fields { type { fields { name } } } } } } } } }'
    )
    assert (await code(ctx, round_and_round))[0] == "BAD_REQUEST"


def test_a_fragment_within_itself_is_measured_and_left_to_validation() -> None:
    assert limit_errors(parse("{ ...A } fragment A on Query { x { ...B } } fragment B on Query { y { ...A } }")) == []


async def test_a_document_is_judged_the_same_when_it_comes_again(ctx: Context) -> None:
    for _ in range(2):
        assert (await code(ctx, "{ nothing }"))[0] == "BAD_REQUEST"
        assert await cost(ctx, "{ serverInfo { version } }") == 1
    long = "{ serverInfo { version } } #" + "x" * 30_000
    assert await cost(ctx, long) == 1
