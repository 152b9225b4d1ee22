"""Lists cost as many statements for ten monitors as for one."""

import httpx
import pytest

from app.site import Site
from tests.graphql_api.test_statements import counted
from tests.rest_compat.apiscience.given import data

STEP = {"method": "GET", "href": "http://a.test", "validations": [{"kind": "Regex", "assertion": "a"}]}


async def made(writer: httpx.AsyncClient, count: int) -> int:
    for number in range(count):
        given = {"name": f"m{number}", "frequency": 60, "tags": ["a", "b"], "templates": [STEP, STEP]}
        monitor = data(await writer.post("/v1/monitors", json=given), 201)
    return monitor["id"]


@pytest.mark.parametrize(
    ("path", "most"), [("/v1/monitors", 9), ("/v1/monitors?tags=a&tags=b", 9), ("/v1/tags?detailed=1", 2)]
)
async def test_a_list_costs_the_same_for_many(site: Site, writer: httpx.AsyncClient, path: str, most: int):
    await made(writer, 1)
    await writer.get(path)  # what is noted of a key, and what is compiled, happens now
    with counted(site) as few:
        await writer.get(path)
    await made(writer, 8)

    with counted(site) as many:
        answer = data(await writer.get(path))

    assert len(answer) in {9, 2}
    assert len(many) == len(few) <= most


async def test_templates_and_mass_changes_cost_the_same_for_many(site: Site, writer: httpx.AsyncClient):
    await made(writer, 1)
    await writer.patch("/v1/monitors", json={"active": False})
    with counted(site) as few:
        data(await writer.patch("/v1/monitors", json={"tags": ["c"], "templates": [STEP]}))
    await made(writer, 8)

    with counted(site) as many:
        changed = data(await writer.patch("/v1/monitors", json={"tags": ["c"], "templates": [STEP]}))

    assert len(changed) == 9
    assert len(many) <= len(few) + 1
