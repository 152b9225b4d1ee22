"""Lists of monitors through the API: pages, orders, filters, and that they are compiled."""

from typing import Any

import pytest

from app.rules.outcomes import Outcome
from app.site import Site
from app.store import channels
from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from graphql_api.extensions.compiled import CompilingExecutor, Rows
from tests.app.pipeline.results import run
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made as made_check
from tests.graphql_api.test_monitors import made
from tests.world import World

LIST = """
query($first: Int, $after: String, $filter: MonitorFilter, $orderBy: WatchOrder) {
  project {
    monitors(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      edges { cursor node { name state stateSince } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


@pytest.fixture
async def world(site: Site, writer: Asker) -> World:
    async with site.database.transaction() as unit:
        contact = await channels.add_contact(unit, writer.project.id, "Ops", site.clock())
    return World(site, writer.project.id, contact)


async def names(asker: Asker, **variables: object) -> list[str]:
    found = await asker.ask(LIST, **variables)
    return [edge["node"]["name"] for edge in found["project"]["monitors"]["edges"]]


async def test_a_list_is_walked_page_by_page_in_every_order(writer: Asker, world: World, clock: MovedClock) -> None:
    for name in ("b", "a", "c", "a", "d"):
        monitor = await world.monitor(name)
        clock.move(seconds=1)
    await run(world, monitor, Outcome.FAIL)
    await made_check(writer)

    for order, expected in (
        ({"field": "CREATED"}, "bacad"),
        ({"field": "CREATED", "direction": "DESC"}, "dacab"),
        ({"field": "NAME"}, "aabcd"),
        ({"field": "NAME", "direction": "DESC"}, "dcbaa"),
        ({"field": "STATE"}, "bacad"),
        ({"field": "STATE", "direction": "DESC"}, "dacab"),
        ({"field": "STATE_SINCE", "direction": "DESC"}, "dacab"),
    ):
        seen, after, more = "", None, True
        while more:
            found = (await writer.ask(LIST, first=2, after=after, orderBy=order))["project"]["monitors"]
            assert found["totalCount"] == 5
            assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
            assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
            seen += "".join(edge["node"]["name"] for edge in found["edges"])
            after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
        assert seen == expected, order


async def test_filters_find_tags_states_kinds_places_and_parts_of_names(writer: Asker, world: World) -> None:
    places = (await writer.ask("{ project { locations { id } } }"))["project"]["locations"]
    await made(writer, name="Web 50%", slug="web", tags=["a", "two words"], locationIds=[places[1]["id"]])
    await made(writer, name="Webshop", tags=["a"], kind="HTTP", address="https://shop.example/", paused=True)
    await run(world, await world.monitor("down"), Outcome.FAIL)

    for wanted, expected in (
        ({"tags": ["a"]}, ["Web 50%", "Webshop"]),
        ({"tags": ["a", "two words"]}, ["Web 50%"]),
        ({"search": "WEB"}, ["Web 50%", "Webshop"]),
        ({"search": "50%"}, ["Web 50%"]),
        ({"search": "_"}, []),
        ({"slug": "webshop"}, ["Webshop"]),
        ({"kind": ["HTTP"]}, ["Webshop"]),
        ({"kind": ["API", "HTTP"], "paused": False}, ["Web 50%", "down"]),
        ({"paused": True}, ["Webshop"]),
        ({"state": ["DOWN"]}, ["down"]),
        ({"state": ["NEW", "DOWN"]}, ["Web 50%", "Webshop", "down"]),
        ({"state": []}, []),
        ({"location": places[1]["id"]}, ["Web 50%"]),
        ({"location": places[0]["id"]}, ["Webshop", "down"]),
    ):
        assert await names(writer, filter=wanted) == expected, wanted
    assert (await writer.ask(LIST, filter={"tags": ["a"]}))["project"]["monitors"]["totalCount"] == 2


async def test_pages_are_bounded_and_cursors_are_of_their_list(writer: Asker, world: World) -> None:
    await world.monitor()
    found = await writer.ask(LIST, orderBy={"field": "NAME"})
    cursor = found["project"]["monitors"]["edges"][0]["cursor"]

    for variables, code in (
        ({"first": 0}, "INVALID"),
        ({"first": 1001}, "INVALID"),
        ({"after": "nonsense"}, "INVALID"),
        ({"after": cursor}, "INVALID"),
        ({"filter": {"tags": ["a"] * 21}}, "INVALID"),
        ({"filter": {"search": "x" * 101}}, "INVALID"),
        ({"filter": {"location": "nonsense"}}, "NOT_FOUND"),
    ):
        assert await writer.refused(LIST, **variables) == [(code, ["project", "monitors"])], variables


PLAIN = """{ project { monitors(first: 500) { edges { node {
    id number name slug kind address interval timeout retries degradedAboveMs state stateSince paused
    createdAt updatedAt lastRunAt lastOutcome confirmation { locationsDown runsDown runsUp } project { name }
} } } } }"""


async def test_a_list_of_plain_fields_is_compiled(
    writer: Asker, world: World, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        await world.monitor(name)
    answered: list[str] = []
    whole = Rows.answers

    def counting(self: Rows, found: Any, info: Any) -> Any:
        answered.append(f"{self.kind.name} {len(found)}")
        return whole(self, found, info)

    def left_to_others(*_: Any) -> None:
        raise AssertionError("A list of plain fields was not answered at once.")

    monkeypatch.setattr(Rows, "answers", counting)
    monkeypatch.setattr(CompilingExecutor.__base__, "complete_list_value", left_to_others)

    result = await execute(ctx, Operation(PLAIN))

    assert result.errors is None
    assert answered == ["MonitorEdge 3", "Monitor 3", "Confirmation 3", "Project 3"]
    shown = [edge["node"] for edge in result.data["project"]["monitors"]["edges"]]
    assert [one["name"] for one in shown] == ["a", "b", "c"]
    assert shown[0]["confirmation"] == {"locationsDown": 1, "runsDown": 1, "runsUp": 1}
