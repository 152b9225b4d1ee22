"""Contacts, checks, reports and pages cost as many statements for many as for few."""

import httpx
import pytest

from app.site import Site
from app.store.monitors import MonitorRef, find
from tests.graphql_api.test_statements import counted
from tests.rest_compat.apiscience.given import data
from tests.world import World


async def fill(world: World, writer: httpx.AsyncClient, count: int) -> None:
    """Add so many contacts and monitors, and runs of two calls of the first monitor."""
    for number in range(count):
        data(await writer.post("/v1/contacts", json={"type": "email", "value": f"ops{number}@example.org"}), 201)
        data(await writer.post("/v1/monitors", json={"name": "m", "frequency": 60, "tags": ["a"]}), 201)
    [first, *_] = data(await writer.get("/v1/monitors"))
    monitor = await find(world.site.database, world.project_id, MonitorRef(id=first["id"]))
    for _ in range(count):
        run = await world.run(monitor)
        for step in (1, 2):
            await world.call(run, step)


@pytest.mark.parametrize(
    ("path", "most", "items"),
    [
        ("/v1/contacts", 2, 6),
        ("/v1/contacts?count=5", 3, 5),
        ("/v1/monitors?count=5&tags=a", 7, 5),
        ("/v1/monitors/{monitor}/checks", 6, 6),
        ("/v1/monitors/{monitor}/checks?start=1000&count=5", 5, 5),
        ("/v1/monitors/{monitor}/uptime?preset=lastWeek&resolution=hour", 3, 168),
        ("/v1/monitors/{monitor}/performance?preset=lastDay", 3, 24),
    ],
)
async def test_a_list_costs_the_same_for_many(
    site: Site, world: World, writer: httpx.AsyncClient, path: str, most: int, items: int
):
    await fill(world, writer, 1)
    path = path.replace("{monitor}", str(data(await writer.get("/v1/monitors"))[0]["id"]))
    await writer.get(path)  # what is noted of a key, and what is compiled, happens now
    with counted(site) as few:
        await writer.get(path)
    await fill(world, writer, 5)

    with counted(site) as many:
        found = data(await writer.get(path))

    assert len(found) == items
    assert len(many) == len(few) <= most
