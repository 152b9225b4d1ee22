"""Create a Tag; Apply Actions to Multiple Monitors; changing and deleting one monitor."""

import httpx
import pytest

from app.rules.outcomes import Outcome
from app.site import Site
from app.store.monitors import MonitorRef, find
from tests.app.pipeline.results import run
from tests.conftest import MovedClock
from tests.contract.apiscience.example import CREATE_TAGS, MASS_CHANGE, TYPED
from tests.rest_compat.apiscience.given import data, errors
from tests.world import World

STEP = {"method": "GET", "href": "http://www.google.com", "body": "", "postScript": ""}


async def made(writer: httpx.AsyncClient, **given) -> dict:
    return data(await writer.post("/v1/monitors", json={"name": "Monitor #1", "frequency": 1800, **given}), 201)


async def test_the_example_of_tags_answers_the_tags(writer: httpx.AsyncClient):
    monitor = await made(writer, tags=["old"])

    answer = await writer.patch(f"/v1/monitors/{monitor['id']}", content=CREATE_TAGS, headers=TYPED)

    assert answer.json() == {"meta": {"status": "success"}, "data": ["foo", "bar"]}
    assert data(await writer.get(f"/v1/monitors/{monitor['id']}"))["tags"] == ["foo", "bar"]


async def test_tags_keep_their_order_and_each_is_there_once(writer: httpx.AsyncClient):
    address = f"/v1/monitors/{(await made(writer))['id']}.json"

    assert data(await writer.patch(address, json={"tags": ["z", "a b", "z", "é"]})) == ["z", "a b", "é"]
    assert data(await writer.patch(address, json={"tags": []})) == []


async def test_any_other_attribute_answers_the_monitor(clock: MovedClock, writer: httpx.AsyncClient):
    monitor = await made(writer, templates=[STEP])
    clock.move(seconds=1)

    changed = data(
        await writer.patch(
            f"/v1/monitors/{monitor['id']}",
            json={"name": "New", "frequency": 60, "active": True, "location": "Oregon", "tags": ["x"], "id": 1},
        )
    )

    assert changed == {
        **monitor,
        "name": "New",
        "frequency": 60,
        "active": True,
        "location": "Oregon",
        "tags": ["x"],
        "updatedAt": "2026-03-01T12:00:01.000Z",
    }


async def test_templates_are_replaced_as_a_whole(writer: httpx.AsyncClient):
    monitor = await made(writer, templates=[STEP, STEP])

    changed = data(
        await writer.patch(f"/v1/monitors/{monitor['id']}", json={"templates": [{**STEP, "href": "http://b.test"}]})
    )

    assert [template["href"] for template in changed["templates"]] == ["http://b.test"]


async def test_a_wrong_change_changes_nothing(writer: httpx.AsyncClient):
    monitor = await made(writer)

    answer = await writer.patch(f"/v1/monitors/{monitor['id']}", json={"name": "New", "frequency": 7, "tags": [""]})

    assert [field for field, _ in errors(answer)] == ["frequency", "tags[0]"]
    assert data(await writer.get(f"/v1/monitors/{monitor['id']}")) == monitor


async def test_the_example_of_several_monitors(site: Site, clock: MovedClock, world: World, writer: httpx.AsyncClient):
    first = await made(writer, tags=["mew"], active=True)
    second = await made(writer, name="Monitor #2", frequency=3600, tags=["mew", "x"], templates=[STEP], active=True)
    other = await made(writer, name="Other", active=True)
    monitor = await find(site.database, world.project_id, MonitorRef(id=second["id"]))
    await run(world, monitor, Outcome.PASS)
    clock.move(seconds=1)

    answer = await writer.patch("/v1/monitors?tags=mew", content=MASS_CHANGE, headers=TYPED)

    assert answer.json()["meta"] == {"status": "success", "numberOfResults": 2}
    changed = data(answer)
    assert [one["id"] for one in changed] == [first["id"], second["id"]]
    assert [one["active"] for one in changed] == [False, False]
    assert [one["summary"]["status"] for one in changed] == ["pending", "paused"]
    assert data(await writer.get("/v1/monitors")) == [*changed, other]


async def test_without_tags_all_monitors_are_changed(writer: httpx.AsyncClient):
    for name in ("a", "b"):
        await made(writer, name=name)

    changed = data(await writer.patch("/v1/monitors", json={"frequency": 60, "tags": ["new"]}))

    assert [(one["name"], one["frequency"], one["tags"]) for one in changed] == [
        ("a", 60, ["new"]),
        ("b", 60, ["new"]),
    ]


async def test_no_match_changes_nothing(writer: httpx.AsyncClient):
    await made(writer)

    answer = await writer.patch("/v1/monitors?tags=none", json={"active": True})

    assert answer.json() == {"meta": {"status": "success", "numberOfResults": 0}, "data": []}


async def test_a_wrong_mass_change_changes_nothing(writer: httpx.AsyncClient):
    before = [await made(writer, name=name) for name in ("a", "b")]

    answer = await writer.patch("/v1/monitors", json={"active": True, "location": "Mars"})

    assert [field for field, _ in errors(answer)] == ["location"]
    assert data(await writer.get("/v1/monitors")) == before


async def test_a_deleted_monitor_is_gone_with_all_that_is_its(writer: httpx.AsyncClient):
    monitor = await made(writer, templates=[STEP], tags=["x"])

    answer = await writer.delete(f"/v1/monitors/{monitor['id']}")

    assert (answer.status_code, answer.json()) == (200, {"meta": {"status": "success"}})
    errors(await writer.get(f"/v1/monitors/{monitor['id']}"), 404)
    errors(await writer.delete(f"/v1/monitors/{monitor['id']}"), 404)
    assert data(await writer.get("/v1/tags")) == []


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_what_there_is_not_is_not_found_whatever_is_sent(writer: httpx.AsyncClient, method: str):
    errors(await writer.request(method, "/v1/monitors/999", json={"frequency": 7}), 404)
