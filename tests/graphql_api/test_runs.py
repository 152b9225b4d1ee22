"""Runs of monitors through the API: what of them is shown, page by page, and to whom."""

import pytest

from app.ids import global_id, new_uuid
from app.rules.outcomes import Outcome
from app.runs.result import FailureKind, ValidationFailure
from app.site import Site
from app.store import templates
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import WRONG_STATUS, call_result, run
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_monitor_lists import world  # noqa: F401 - the fixture
from tests.graphql_api.test_monitors import made, stored
from tests.world import World

RUNS = """
query($by: WatchableRef!, $first: Int, $after: String, $location: ID, $outcome: Outcome, $since: DateTime,
      $until: DateTime) {
  monitor(by: $by) {
    runs(first: $first, after: $after, location: $location, outcome: $outcome, since: $since, until: $until) {
      edges { cursor node { outcome startedAt } } pageInfo { hasNextPage endCursor }
    }
  }
}
"""
WHOLE = """
query($by: WatchableRef!) { monitor(by: $by) { lastRun {
  outcome dueAt startedAt downloadBytes location { code } monitor { name }
  phases { resolveMs connectMs tlsMs processingMs transferMs closingMs totalMs } failure { phase code message }
  calls {
    step template { name } templateName outcome statusCode downloadBytes phases { totalMs }
    request { method url headers { name value } urlParameters { name value } body }
    response { status contentType headers { name value } body(maxBytes: 6) }
    failures { kind message source operator validation { source operator expected } }
  }
} } }
"""


async def asked(asker: Asker, monitor: MonitorRecord, **variables: object) -> list[str]:
    found = await asker.ask(RUNS, by={"number": monitor.id}, **variables)
    return [edge["node"]["outcome"] for edge in found["monitor"]["runs"]["edges"]]


async def test_a_run_that_failed_tells_everything(writer: Asker, reader: Asker, site: Site, world: World) -> None:  # noqa: F811 - the fixture
    record = await stored(site, await made(writer))
    [first, _] = (await templates.of_monitors(site.database, site.vault, [record.id]))[record.id]
    [validation] = first.validations
    failure = ValidationFailure(
        FailureKind.VALIDATION, WRONG_STATUS.message, validation.id, validation.source, validation.operator
    )
    call = call_result(Outcome.FAIL, world.now, template_id=first.id, validation_failures=(failure,))
    await run(world, record, Outcome.FAIL, calls=[call])

    shown = (await writer.ask(WHOLE, by={"number": record.id}))["monitor"]["lastRun"]

    [told] = shown.pop("calls")
    place = (await writer.ask("{ project { locations { code } } }"))["project"]["locations"][0]
    assert shown == {
        "outcome": "FAIL",
        "dueAt": "2026-03-01T12:00:00Z",
        "startedAt": "2026-03-01T11:59:59.960000Z",
        "downloadBytes": 5,
        "location": place,
        "monitor": {"name": "Shop"},
        "phases": {
            "resolveMs": 1,
            "connectMs": 2,
            "tlsMs": None,
            "processingMs": 30,
            "transferMs": 4,
            "closingMs": 0.5,
            "totalMs": 37.5,
        },
        "failure": {"phase": "VALIDATION", "code": "VALIDATION_FAILED", "message": WRONG_STATUS.message},
    }
    assert told == {
        "step": 1,
        "template": {"name": "log in"},
        "templateName": "home",
        "outcome": "FAIL",
        "statusCode": 500,
        "downloadBytes": 5,
        "phases": {"totalMs": 37.5},
        "request": {
            "method": "GET",
            "url": "http://shop.example.org/",
            "headers": [{"name": "Authorization", "value": "Bearer xyz"}],
            "urlParameters": [],
            "body": None,
        },
        "response": {
            "status": 500,
            "contentType": "text/plain",
            "headers": [{"name": "Content-Type", "value": "text/plain"}],
            "body": "out of",
        },
        "failures": [
            {
                "kind": "VALIDATION",
                "message": WRONG_STATUS.message,
                "source": "STATUS",
                "operator": "EQUALS",
                "validation": {"source": "STATUS", "operator": "EQUALS", "expected": "200"},
            }
        ],
    }
    assert (await reader.ask(WHOLE, by={"number": record.id}))["monitor"]["lastRun"] == {**shown, "calls": [told]}


async def test_what_a_run_names_may_be_gone(writer: Asker, world: World) -> None:  # noqa: F811 - the fixture
    monitor = await world.monitor(steps=())
    number = await world.run(monitor, Outcome.FAIL, location_id=None)
    failures = '[{"kind":"REQUEST","message":"no","validation_id":7,"source":null,"operator":null}]'
    await world.call(number, 1, outcome=Outcome.FAIL, template_name="old", validation_failures=failures)

    shown = (await writer.ask(WHOLE, by={"number": monitor.id}))["monitor"]["lastRun"]

    assert (shown["location"], shown["failure"]) == (None, None)
    [call] = shown["calls"]
    assert (call["template"], call["templateName"], call["request"], call["response"]) == (None, "old", None, None)
    assert call["failures"] == [
        {"kind": "REQUEST", "message": "no", "source": None, "operator": None, "validation": None}
    ]


async def test_runs_are_walked_page_by_page_newest_first(
    writer: Asker,
    world: World,  # noqa: F811 - the fixture
    clock: MovedClock,
) -> None:
    monitor, other = await world.monitor(), await world.monitor("other")
    for outcome in (Outcome.PASS, Outcome.SLOW, Outcome.FAIL, Outcome.ERROR, Outcome.SKIPPED):
        await world.run(monitor, outcome)
        await world.run(other)
        clock.move(minutes=1)

    seen, after, more = [], None, True
    while more:
        page = (await writer.ask(RUNS, by={"number": monitor.id}, first=2, after=after))["monitor"]["runs"]
        seen += [edge["node"]["outcome"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert seen == ["SKIPPED", "ERROR", "FAIL", "SLOW", "PASS"]


async def test_runs_are_chosen_by_place_outcome_and_time(
    writer: Asker,
    world: World,  # noqa: F811 - the fixture
    clock: MovedClock,
) -> None:
    places = (await writer.ask("{ project { locations { id } } }"))["project"]["locations"]
    monitor = await world.monitor(places=2)
    await world.run(monitor)
    clock.move(minutes=1)
    await world.run(monitor, Outcome.FAIL, location_id=2)
    clock.move(minutes=1)
    await world.run(monitor, Outcome.SLOW)

    for variables, expected in (
        ({"location": places[0]["id"]}, ["SLOW", "PASS"]),
        ({"location": places[1]["id"]}, ["FAIL"]),
        ({"outcome": "FAIL"}, ["FAIL"]),
        ({"outcome": "FAIL", "location": places[0]["id"]}, []),
        ({"since": "2026-03-01T12:01:00Z"}, ["SLOW", "FAIL"]),
        ({"until": "2026-03-01T12:01:00Z"}, ["PASS"]),
        ({"since": "2026-03-01T12:01:00Z", "until": "2026-03-01T12:02:00Z"}, ["FAIL"]),
    ):
        assert await asked(writer, monitor, **variables) == expected, variables


async def test_what_cannot_be_asked_for_is_refused(writer: Asker, world: World) -> None:  # noqa: F811 - the fixture
    monitor = await world.monitor()

    for variables, code in (
        ({"first": 101}, "INVALID"),
        ({"after": "nonsense"}, "INVALID"),
        ({"location": "nonsense"}, "NOT_FOUND"),
        ({"location": global_id("Location", new_uuid())}, "NOT_FOUND"),
    ):
        refused = await writer.refused(RUNS, by={"number": monitor.id}, **variables)
        assert refused == [(code, ["monitor", "runs"])], variables


@pytest.mark.parametrize("size", [0, 100_001])
async def test_a_body_is_shown_within_bounds(writer: Asker, world: World, size: int) -> None:  # noqa: F811 - the fixture
    monitor = await world.monitor()
    await run(world, monitor, Outcome.PASS)
    query = "query($by: WatchableRef!) { monitor(by: $by) { lastRun { calls { response { body(maxBytes: %d) } } } } }"

    refused = await writer.refused(query % size, by={"number": monitor.id})

    assert refused == [("INVALID", ["monitor", "lastRun", "calls", 0, "response", "body"])]
