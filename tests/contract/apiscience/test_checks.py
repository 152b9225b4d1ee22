"""Checks: their attributes, Get Checks For A Monitor, and the paging of lists."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome
from app.runs.result import FailureKind, ValidationFailure
from app.store.calls import phase_columns
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import REQUEST, call_result
from tests.app.pipeline.results import run as recorded
from tests.contract.apiscience.example import NOW
from tests.rest_compat.apiscience.given import V1, data, errors
from tests.world import World

TOOK = phase_columns(PhaseTimes(65.15, 9.0, 0.09, 10.09, 0.05, None))
"""The times of the document's check, TLS being part of connecting."""


def checks_of(monitor: MonitorRecord, query: str = "", suffix: str = "") -> str:
    return f"/v1/monitors/{monitor.id}/checks{suffix}{query}"


async def many(world: World, monitor: MonitorRecord, count: int) -> list[int]:
    """Store runs of a monitor, and after each one of another, whose numbers lie between; return the numbers."""
    other = await world.monitor("other")
    numbers = []
    for _ in range(count):
        numbers.append(await world.run(monitor))
        await world.run(other)
    return numbers


async def listed(client: httpx.AsyncClient, url: str) -> tuple[list[int], dict[str, str]]:
    """Return the numbers on a page, and its links."""
    answer = await client.get(url)
    numbers = [item["id"] for item in data(answer)]
    assert answer.json()["meta"] == {"status": "success", "numberOfResults": len(numbers)}
    return numbers, answer.json().get("pagination")


async def test_the_example_of_attributes(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor("Exploder", steps=())
    number = await world.run(monitor, **TOOK, download_bytes=184)

    [check] = data(await reader.get(checks_of(monitor)))

    assert check == {
        "id": number,
        "href": f"{V1}/checks/{number}.json",
        "status": "success",
        "statistics": {
            "resolve": 65.15,
            "connect": 9.09,
            "processing": 10.09,
            "transfer": 0.05,
            "closing": 0,
            "total": 84.38,
            "downloadSize": 184,
        },
        "monitor": {"id": monitor.id, "href": f"{V1}/monitors/{monitor.id}.json", "name": "Exploder"},
        "calls": [],
        "createdAt": NOW,
        "updatedAt": NOW,
    }


async def test_the_example_of_the_last_twenty(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor()
    numbers = await many(world, monitor, 21)

    answer = await reader.get(checks_of(monitor, suffix=".json"))

    assert answer.json()["meta"] == {"status": "success", "numberOfResults": 20}
    assert [check["id"] for check in data(answer)] == numbers[:0:-1]
    address = f"{V1}/monitors/{monitor.id}/checks.json?start={numbers[-1]}"
    assert answer.json()["pagination"] == {
        "next": f"{address}&page=2&count=20",
        "first": f"{address}&page=1&count=20",
        "last": f"{address}&page=2&count=20",
    }
    keyset = f"{address.replace(str(numbers[-1]), str(numbers[0]))}&count=20"
    assert await listed(reader, keyset) == (
        numbers[:1],
        {"first": f"{keyset.replace('&', '&page=1&')}", "last": f"{keyset.replace('&', '&page=1&')}"},
    )


async def test_the_example_of_links_leads_through_all_while_checks_arrive(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor()
    numbers = await many(world, monitor, 7)
    address = f"{V1}/monitors/{monitor.id}/checks?start={numbers[-1]}"

    found, links = await listed(reader, checks_of(monitor, "?count=2"))
    seen = [found]
    while "next" in links:
        await world.run(monitor)
        found, links = await listed(reader, links["next"])
        seen.append(found)

    newest = numbers[::-1]
    assert seen == [newest[0:2], newest[2:4], newest[4:6], newest[6:]]
    assert links == {
        "previous": f"{address}&page=3&count=2",
        "first": f"{address}&page=1&count=2",
        "last": f"{address}&page=4&count=2",
    }
    found, links = await listed(reader, links["previous"])
    assert (found, set(links)) == (newest[4:6], {"next", "previous", "first", "last"})
    assert (await listed(reader, links["first"]))[0] == newest[0:2]
    assert (await listed(reader, links["last"]))[0] == newest[6:]
    assert (await listed(reader, checks_of(monitor, "?count=2")))[0] != newest[0:2]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?count=100", [5, 4, 3, 2, 1]),
        ("?count=3&page=2", [2, 1]),
        ("?count=2&start={start}", [3, 2]),
        ("?count=2&start={start}&page=2", [1]),
        ("?start={start}", [3, 2, 1]),
        ("?start=9223372036854775807", [5, 4, 3, 2, 1]),
        ("?page=1000000000&count=100", []),
        ("?page=3&count=2", [1]),
        ("?unknown=1", [5, 4, 3, 2, 1]),
    ],
)
async def test_each_parameter_may_stand_alone(world: World, reader: httpx.AsyncClient, query: str, places: list[int]):
    monitor = await world.monitor()
    numbers = await many(world, monitor, 5)

    found, _ = await listed(reader, checks_of(monitor, query.format(start=numbers[2])))

    assert found == [numbers[place - 1] for place in places]


async def test_behind_the_last_page_the_way_back_is_to_it(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor()
    numbers = await many(world, monitor, 3)

    found, links = await listed(reader, checks_of(monitor, "?count=2&page=9"))

    assert (found, "next" in links) == ([], False)
    assert (await listed(reader, links["previous"]))[0] == numbers[:1]


async def test_where_there_is_nothing_links_lead_to_nothing(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor()

    found, links = await listed(reader, checks_of(monitor, suffix="/"))

    only = f"{V1}/monitors/{monitor.id}/checks?page=1&count=20"
    assert (found, links) == ([], {"first": only, "last": only})
    assert await listed(reader, only) == ([], links)


@pytest.mark.parametrize("root", ["/v1", "", "/apiscience/v1", "/apiscience"])
async def test_links_have_the_root_that_was_used_with_the_version(world: World, reader: httpx.AsyncClient, root: str):
    monitor = await world.monitor()
    await many(world, monitor, 2)

    _, links = await listed(reader, f"{root}/monitors/{monitor.id}/checks.json?count=1")

    shown = "/apiscience/v1" if root.startswith("/apiscience") else "/v1"
    assert urlsplit(links["next"]).path == f"{shown}/monitors/{monitor.id}/checks.json"
    assert len((await listed(reader, links["next"]))[0]) == 1


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("?count=0", ["count"]),
        ("?count=101", ["count"]),
        ("?count=-1", ["count"]),
        ("?count=", ["count"]),
        ("?count=ten", ["count"]),
        ("?count=1.5", ["count"]),
        ("?count=%D9%A1", ["count"]),
        ("?page=0", ["page"]),
        ("?page=1000000001", ["page"]),
        ("?page=%2B1", ["page"]),
        ("?start=0", ["start"]),
        ("?start=9223372036854775808", ["start"]),
        (f"?start={'9' * 5000}", ["start"]),
        ("?start=x&page=x&count=x", ["start", "page", "count"]),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_is_no_page_is_told_by_name(world: World, reader: httpx.AsyncClient, query: str, fields: list[str]):
    monitor = await world.monitor()

    for path in (checks_of(monitor), "/v1/monitors", "/v1/contacts"):
        assert [field for field, _ in errors(await reader.get(path + query))] == fields
    errors(await reader.get(f"/v1/monitors/999/checks{query}"), 404)


async def test_a_failed_check_tells_of_each_call(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor()
    template = (await reader.get(f"/v1/monitors/{monitor.id}/templates")).json()["data"][0]
    failure = ValidationFailure(FailureKind.CONNECTION, "The server refused the connection", None)
    first = call_result(Outcome.FAIL, world.now, template_id=template["id"], validation_failures=(failure,))
    second = call_result(Outcome.PASS, world.now, step=2, template_name=None)
    skipped = call_result(Outcome.SKIPPED, world.now, step=3, failure=None)
    assert await recorded(world, monitor, Outcome.FAIL, calls=(first, second, skipped)) == 1

    [check] = data(await reader.get(checks_of(monitor)))

    assert check["status"] == "failure"
    failed, passed = check["calls"]
    assert failed["template"] == {"id": template["id"], "href": template["self"], "name": "home"}
    assert passed["template"] == {"id": None, "href": None, "name": None}
    assert failed["validationFailures"] == [{"kind": "Connection", "message": "The server refused the connection"}]
    assert passed["validationFailures"] == []
    assert (passed["response"]["statusCode"], passed["response"]["stausCode"]) == (200, 200)
    assert passed["response"]["body"] == "all is well"
    assert (passed["request"]["method"], passed["request"]["href"]) == (REQUEST.method, REQUEST.href)
    assert failed["id"] < passed["id"]
    assert data(await reader.get(check["href"])) == check
    for path in (f"/checks/{check['id']}", f"/v1/checks/{check['id']}", f"/v1/checks/{check['id']}.json/"):
        assert data(await reader.get(path)) == check


async def test_what_was_not_measured_is_no_check(world: World, reader: httpx.AsyncClient):
    monitor = await world.monitor()
    slow = await world.run(monitor, Outcome.SLOW)
    hidden = [await world.run(monitor, outcome) for outcome in (Outcome.ERROR, Outcome.SKIPPED)]

    answer = await reader.get(checks_of(monitor))

    assert [(check["id"], check["status"]) for check in data(answer)] == [(slow, "success")]
    assert f"start={slow}&" in answer.json()["pagination"]["first"]
    for number in hidden:
        errors(await reader.get(f"/v1/checks/{number}"), 404)


async def test_checks_of_others_are_not_found(world: World, writer: httpx.AsyncClient, stranger: httpx.AsyncClient):
    monitor = await world.monitor()
    number = await world.run(monitor)

    errors(await stranger.get(f"/v1/checks/{number}"), 404)
    errors(await stranger.get(checks_of(monitor)), 404)
    for missing in ("999", "9" * 25, "0", "x"):
        errors(await writer.get(f"/v1/checks/{missing}"), 404)
        errors(await writer.get(f"/v1/monitors/{missing}/checks"), 404)


async def test_monitors_go_by_pages_when_that_is_asked_for(writer: httpx.AsyncClient, reader: httpx.AsyncClient):
    async def a_monitor(*tags: str) -> int:
        given = {"name": "m", "frequency": 60, "tags": tags}
        return data(await writer.post("/v1/monitors", json=given), 201)["id"]

    first, other, second, third = [await a_monitor(*tags) for tags in (["a b"], [], ["a b", "ü"], ["ü"])]

    assert await listed(reader, "/v1/monitors") == ([first, other, second, third], None)
    found, links = await listed(reader, "/v1/monitors.json?count=2&tags=a%20b&tags=%C3%BC")
    await a_monitor("ü")
    address = f"{V1}/monitors.json?tags=a+b&tags=%C3%BC&start={third}"
    assert (found, links) == (
        [first, second],
        {
            "next": f"{address}&page=2&count=2",
            "first": f"{address}&page=1&count=2",
            "last": f"{address}&page=2&count=2",
        },
    )
    assert (await listed(reader, links["next"]))[0] == [third]
    assert (await listed(reader, f"/v1/monitors?start={other}"))[0] == [first, other]
    assert (await listed(reader, "/v1/monitors?page=2&count=3"))[0] == [third, third + 1]
    only = f"{V1}/monitors?tags=none&page=1&count=20"
    assert await listed(reader, "/v1/monitors?tags=none&page=1") == ([], {"first": only, "last": only})


async def test_contacts_go_by_pages_when_that_is_asked_for(
    world: World, writer: httpx.AsyncClient, reader: httpx.AsyncClient
):
    async def a_contact(**given: Any) -> int:
        return data(await writer.post("/v1/contacts", json={"type": "pagerduty", "value": "k", **given}), 201)["id"]

    numbers = [await a_contact() for _ in range(3)]

    assert await listed(reader, "/v1/contacts") == (numbers, None)
    found, links = await listed(reader, "/v1/contacts.json?count=2")
    await a_contact()
    assert found == numbers[:2]
    assert links["next"] == f"{V1}/contacts.json?start={numbers[-1]}&page=2&count=2"
    assert (await listed(reader, links["next"]))[0] == numbers[2:]
    assert (await listed(reader, f"/v1/contacts?start={numbers[1]}"))[0] == numbers[:2]
    for number in [*numbers, numbers[-1] + 1]:
        await writer.delete(f"/v1/contacts/{number}")
    assert (await listed(reader, "/v1/contacts?page=1"))[0] == []
