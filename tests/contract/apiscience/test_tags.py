"""List All Tags; Detailed List All Tags."""

import httpx
import pytest

from app.site import Site
from app.store.projects import ProjectRecord
from tests.rest_compat.apiscience.given import V1, data, errors
from tests.rest_compat.healthchecks.given import a_check


@pytest.fixture
async def ids(site: Site, project: ProjectRecord, writer: httpx.AsyncClient) -> list[int]:
    """The monitors of the document's example, and a check whose tag is none of a monitor."""
    await a_check(site, project, tags="passive")
    given = (["foo", "bar"], ["bar", "cat", "kitten"])
    made = [
        data(await writer.post("/v1/monitors", json={"name": "m", "frequency": 60, "tags": tags}), 201)
        for tags in given
    ]
    return [monitor["id"] for monitor in made]


async def test_the_example_of_the_list(ids: list[int], reader: httpx.AsyncClient):
    expected = {"meta": {"status": "success", "numberOfResults": 4}, "data": ["foo", "bar", "cat", "kitten"]}

    for query in ("", "?detailed=0"):
        assert (await reader.get(f"/v1/tags{query}")).json() == expected


async def test_the_example_in_detail(ids: list[int], reader: httpx.AsyncClient):
    first, second = (f"{V1}/monitors/{number}.json" for number in ids)

    answer = await reader.get("/v1/tags?detailed=1")

    assert answer.json() == {
        "meta": {"status": "success", "numberOfResults": 4},
        "data": {"foo": [first], "bar": [first, second], "cat": [second], "kitten": [second]},
    }
    assert list(answer.json()["data"]) == ["foo", "bar", "cat", "kitten"]


async def test_a_tag_that_no_monitor_carries_any_more_is_not_listed(ids: list[int], writer: httpx.AsyncClient):
    await writer.patch(f"/v1/monitors/{ids[1]}", json={"tags": ["new"]})

    assert data(await writer.get("/v1/tags.json")) == ["foo", "bar", "new"]


async def test_a_monitor_may_have_many_tags(ids: list[int], writer: httpx.AsyncClient):
    many = [f"tag {number}" for number in range(250)]

    assert data(await writer.patch(f"/v1/monitors/{ids[0]}", json={"tags": many})) == many
    assert [field for field, _ in errors(await writer.patch("/v1/monitors", json={"tags": [*many, "more"]}))] == [
        "tags"
    ]
    assert data(await writer.get(f"/v1/monitors/{ids[0]}"))["tags"] == many
