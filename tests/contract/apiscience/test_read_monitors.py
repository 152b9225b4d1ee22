"""Get All Monitors; Get a Specific Monitor."""

import httpx
import pytest

from app.rules.outcomes import Outcome, ProbeKind
from app.site import Site
from app.store.monitor_changes import MonitorChanges
from app.store.monitors import MonitorRef, find
from graphql_api.context import Context
from graphql_api.resolvers.monitors import monitor_create
from tests.app.pipeline.results import run
from tests.conftest import MovedClock
from tests.contract.apiscience.example import NEVER
from tests.rest_compat.apiscience.given import data, errors
from tests.world import World

STEP = {
    "method": "GET",
    "href": "https://www.apiscience.com",
    "body": "",
    "postScript": "",
    "validations": [{"kind": "Response Code", "operator": "==", "assertion": 500}],
}


async def made(writer: httpx.AsyncClient, **given) -> dict:
    return data(await writer.post("/v1/monitors", json={"name": "Monitor #1", "frequency": 1800, **given}), 201)


async def test_the_list_has_every_monitor_in_full_oldest_first(writer: httpx.AsyncClient, reader: httpx.AsyncClient):
    first = await made(writer, active=True, templates=[STEP], tags=["b", "a"])
    second = await made(writer, name="Monitor #2")

    answer = await reader.get("/v1/monitors")

    assert answer.json() == {"meta": {"status": "success", "numberOfResults": 2}, "data": [first, second]}


async def test_an_empty_list(writer: httpx.AsyncClient):
    answer = await writer.get("/v1/monitors")

    assert answer.json() == {"meta": {"status": "success", "numberOfResults": 0}, "data": []}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("tags=foo", ["ab", "a"]),
        ("tags=foo&tags=bar", ["ab", "a", "b"]),
        ("tags=bar&tags=bar", ["ab", "b"]),
        ("tags[]=bar", ["ab", "b"]),
        ("tags=Foo", []),
        ("tags=two%20words", ["b"]),
        ("tags=", []),
        ("tags=%00", []),
        ("unknown=1", ["ab", "a", "b", "none"]),
    ],
)
async def test_tags_filter_by_any_of_them(writer: httpx.AsyncClient, query: str, names: list[str]):
    for name, tags in (("ab", ["foo", "bar"]), ("a", ["foo"]), ("b", ["bar", "two words"]), ("none", [])):
        await made(writer, name=name, tags=tags)

    found = data(await writer.get(f"/v1/monitors?{query}"))

    assert [monitor["name"] for monitor in found] == names


async def test_the_example_of_one_monitor(
    site: Site, clock: MovedClock, world: World, writer: httpx.AsyncClient, reader: httpx.AsyncClient
):
    created = await made(writer, active=True, templates=[STEP])
    monitor = await find(site.database, world.project_id, MonitorRef(id=created["id"]))
    clock.move(seconds=5, milliseconds=250)
    assert await run(world, monitor, Outcome.PASS) == 1

    found = data(await reader.get(f"/v1/monitors/{created['id']}"))

    summary = {"status": "up", "performance": 37.5, "uptime": 100, "lastCheck": "2026-03-01T12:00:05.210Z"}
    assert found == {**created, "summary": summary, "status": summary}
    [template] = found["templates"]
    assert (template["name"], template["body"], template["postScript"]) == (None, "", "")
    [validation] = template["validations"]
    assert validation == {"id": validation["id"], "kind": "Response Code", "operator": "==", "assertion": "500"}


async def test_the_summary_tells_the_last_check_and_the_last_day(
    site: Site, clock: MovedClock, world: World, writer: httpx.AsyncClient
):
    created = await made(writer, frequency=60, active=True, templates=[STEP])
    address = f"/v1/monitors/{created['id']}"

    async def summary(*outcomes: Outcome) -> dict:
        for outcome in outcomes:
            clock.move(seconds=60)
            monitor = await find(site.database, world.project_id, MonitorRef(id=created["id"]))
            assert await run(world, monitor, outcome) == 1
        found = data(await writer.get(address))
        assert found["summary"] == found["status"]
        return found["summary"]

    assert await summary() == NEVER
    assert await summary(Outcome.ERROR) == NEVER
    down = await summary(Outcome.PASS, Outcome.PASS, Outcome.FAIL)
    assert (down["status"], down["uptime"]) == ("down", 66.67)
    assert (await summary(Outcome.ERROR)) == down
    assert (await summary(Outcome.SLOW))["status"] == "up"
    await writer.patch(address, json={"active": False})
    assert (await summary())["status"] == "paused"
    clock.move(days=2)
    assert {name: value for name, value in (await summary()).items() if name != "lastCheck"} == {
        "status": "paused",
        "performance": 0,
        "uptime": 0,
    }


async def test_a_monitor_of_another_kind_says_what_it_is(ctx: Context, writer: httpx.AsyncClient):
    changes = MonitorChanges(name="Home page", interval=45, address="https://home.test/")
    other = await monitor_create(ctx, kind=ProbeKind.HTTP, changes=changes)

    found = data(await writer.get(f"/v1/monitors/{other.id}"))

    assert (found["kind"], found["address"], found["templates"]) == ("HTTP", "https://home.test/", [])
    assert (found["frequency"], found["active"]) == (45, True)
    changed = data(await writer.patch(f"/v1/monitors/{other.id}", json={"active": False, "location": "Oregon"}))
    assert (changed["active"], changed["location"], changed["address"]) == (False, "Oregon", "https://home.test/")
    errors(await writer.post(f"/v1/monitors/{other.id}/templates", json=STEP), 400)


@pytest.mark.parametrize("number", ["999", "9" * 19, "9" * 30, "0", "abc", "1.5", "-1", "%00"])
async def test_what_there_is_not_is_not_found(writer: httpx.AsyncClient, number: str):
    errors(await writer.get(f"/v1/monitors/{number}"), 404)
