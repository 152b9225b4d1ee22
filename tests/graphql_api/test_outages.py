"""Outages and alerts through the API: of one monitor and of all, and why they began."""

from app.rules.outcomes import Outcome
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import WRONG_STATUS, run
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_monitor_lists import world  # noqa: F401 - the fixture
from tests.world import World

OF_MONITOR = """
query($by: WatchableRef!, $first: Int, $after: String, $state: OutageState, $since: DateTime, $until: DateTime) {
  monitor(by: $by) { outages(first: $first, after: $after, state: $state, since: $since, until: $until) {
    totalCount edges { cursor node { state startedAt resolvedAt duration } } pageInfo { hasNextPage endCursor }
  } }
}
"""
OF_PROJECT = """
query($first: Int, $after: String, $state: OutageState) { project { outages(first: $first, after: $after, state: $state)
  { totalCount edges { node { startedAt watchable { name } } } pageInfo { hasNextPage endCursor } } } }
"""
WHOLE = """
{ project { outages { edges { node {
  state duration locationsDown ignored watchable { __typename name }
  rootCause { summary phase code computedAt evidence { kind at location { code } text } }
  alerts { at resolvedAt output ignored location { code } watchable { name } run { outcome } outage { state } }
  failingRun { outcome calls { statusCode } } lastGoodRun { outcome }
} } } } }
"""


async def play(world: World, clock: MovedClock, monitor: MonitorRecord, outcomes: str) -> None:  # noqa: F811 - the fixture
    """Let runs fail (`f`) and pass (`p`), a minute apart."""
    for one in outcomes:
        await run(world, monitor, Outcome.FAIL if one == "f" else Outcome.PASS)
        clock.move(minutes=1)


async def test_an_outage_tells_why_it_began(
    writer: Asker,
    reader: Asker,
    world: World,  # noqa: F811 - the fixture
    clock: MovedClock,
) -> None:
    monitor = await world.monitor("shop")
    await play(world, clock, monitor, "pf")

    found = await writer.ask(WHOLE)

    [edge] = found["project"]["outages"]["edges"]
    outage = edge["node"]
    assert (outage["state"], outage["duration"], outage["locationsDown"]) == ("OPEN", 60, 1)
    assert outage["watchable"] == {"__typename": "Monitor", "name": "shop"}
    cause = outage["rootCause"]
    assert (cause["phase"], cause["code"]) == ("VALIDATION", "VALIDATION_FAILED")
    assert "500" in cause["summary"]
    assert {"RESPONSE", "HEADERS"} <= {piece["kind"] for piece in cause["evidence"]}
    [alert] = outage["alerts"]
    assert WRONG_STATUS.message in alert["output"]
    place = (await writer.ask("{ project { locations { code } } }"))["project"]["locations"][0]
    assert {name: value for name, value in alert.items() if name != "output"} == {
        "at": "2026-03-01T12:01:00Z",
        "resolvedAt": None,
        "ignored": False,
        "location": place,
        "watchable": {"name": "shop"},
        "run": {"outcome": "FAIL"},
        "outage": {"state": "OPEN"},
    }
    assert outage["failingRun"] == {"outcome": "FAIL", "calls": [{"statusCode": 500}]}
    assert outage["lastGoodRun"] == {"outcome": "PASS"}
    assert await reader.ask(WHOLE) == found


async def test_outages_of_a_monitor_are_walked_and_chosen(writer: Asker, world: World, clock: MovedClock) -> None:  # noqa: F811 - the fixture
    monitor, other = await world.monitor(), await world.monitor("other")
    await play(world, clock, monitor, "fpfpf")
    await play(world, clock, other, "f")
    by = {"number": monitor.id}

    seen, after, more = [], None, True
    while more:
        page = (await writer.ask(OF_MONITOR, by=by, first=2, after=after))["monitor"]["outages"]
        assert page["totalCount"] == 3
        seen += [edge["node"]["startedAt"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 3
    for variables, count in (
        ({"state": "OPEN"}, 1),
        ({"state": "RESOLVED"}, 2),
        ({"since": "2026-03-01T12:03:30Z"}, 1),
        ({"until": "2026-03-01T12:00:30Z"}, 1),
        ({"since": "2026-03-01T12:01:30Z", "until": "2026-03-01T12:03:30Z"}, 1),
    ):
        page = (await writer.ask(OF_MONITOR, by=by, **variables))["monitor"]["outages"]
        assert (page["totalCount"], len(page["edges"])) == (count, count), variables
    [ended] = (await writer.ask(OF_MONITOR, by=by, until="2026-03-01T12:00:30Z"))["monitor"]["outages"]["edges"]
    assert (ended["node"]["state"], ended["node"]["duration"]) == ("RESOLVED", 60)


async def test_outages_of_a_project_are_those_of_all_its_monitors(
    writer: Asker,
    stranger: Asker,
    world: World,  # noqa: F811 - the fixture
    clock: MovedClock,
) -> None:
    for name in "ab":
        await play(world, clock, await world.monitor(name), "fp")
    await play(world, clock, await world.monitor("c"), "f")

    first = (await writer.ask(OF_PROJECT, first=2))["project"]["outages"]
    rest = (await writer.ask(OF_PROJECT, first=2, after=first["pageInfo"]["endCursor"]))["project"]["outages"]
    still = (await writer.ask(OF_PROJECT, state="OPEN"))["project"]["outages"]

    names = [[edge["node"]["watchable"]["name"] for edge in page["edges"]] for page in (first, rest, still)]
    assert names == [["c", "b"], ["a"], ["c"]]
    assert [page["totalCount"] for page in (first, rest, still)] == [3, 3, 1]
    assert (await stranger.ask(OF_PROJECT))["project"]["outages"]["totalCount"] == 0
    assert await writer.refused(OF_PROJECT, first=101) == [("INVALID", ["project", "outages"])]
