"""Roles: a key may do what its user may, in the project and, by a grant, with one monitor."""

import httpx
import pytest
from starlette.applications import Starlette

from app.security.roles import Role
from app.site import Site
from app.store import grants, users
from app.store.projects import ProjectRecord
from tests.rest_compat.apiscience.given import a_key, client, data, errors

STEP = {"method": "GET", "href": "http://a.test"}


NAMES = (("a", ["both"]), ("b", ["both"]), ("c", []))


@pytest.fixture
async def ids(writer: httpx.AsyncClient) -> list[int]:
    """Three monitors, of which the first two carry a tag."""
    given = [{"name": name, "frequency": 60, "templates": [STEP], "tags": tags} for name, tags in NAMES]
    return [data(await writer.post("/v1/monitors", json=one), 201)["id"] for one in given]


async def a_users_key(site: Site, project: ProjectRecord, role: Role, granted: dict[int, Role] | None = None) -> str:
    """Return a read-write key of a member who has this role, and others for single monitors."""
    async with site.database.transaction() as unit:
        user = await users.add(unit, "ann@example.org", "a long password", site.clock())
        assert user.id is not None
        await users.join(unit, user.id, project.id, role, site.clock())
        for number, other in (granted or {}).items():
            await grants.put(unit, user.id, number, other)
    return await a_key(site, project, user_id=user.id)


async def test_a_user_who_may_only_read_changes_nothing(
    site: Site, project: ProjectRecord, served: Starlette, writer: httpx.AsyncClient, ids: list[int]
):
    before = data(await writer.get("/v1/monitors"))
    async with client(served, await a_users_key(site, project, Role.VIEWER)) as member:
        assert data(await member.get("/v1/monitors")) == before
        errors(await member.post("/v1/monitors", json={"name": "d", "frequency": 60}), 403)
        errors(await member.patch(f"/v1/monitors/{ids[0]}", json={"tags": []}), 403)
        errors(await member.patch("/v1/monitors", json={"active": True}), 403)
        errors(await member.delete(f"/v1/monitors/{ids[0]}"), 403)

    assert data(await writer.get("/v1/monitors")) == before


async def test_read_only_on_one_monitor(
    site: Site, project: ProjectRecord, served: Starlette, writer: httpx.AsyncClient, ids: list[int]
):
    before = data(await writer.get("/v1/monitors"))
    own, other = (f"/v1/monitors/{number}" for number in ids[:2])
    key = await a_users_key(site, project, Role.EDITOR, {ids[0]: Role.VIEWER})
    async with client(served, key) as member:
        [template] = data(await member.get(f"{own}/templates"))
        errors(await member.patch(own, json={"name": "x"}), 403)
        errors(await member.delete(own), 403)
        errors(await member.post(f"{own}/templates", json=STEP), 403)
        errors(await member.patch(f"{own}/templates/{template['id']}", json={"name": "x"}), 403)
        errors(await member.delete(f"{own}/templates/{template['id']}"), 403)
        errors(await member.patch("/v1/monitors?tags=both", json={"active": True}), 403)
        assert data(await writer.get("/v1/monitors")) == before

        assert data(await member.patch(other, json={"name": "changed"}))["name"] == "changed"


async def test_a_reader_who_may_change_one_monitor(
    site: Site, project: ProjectRecord, served: Starlette, ids: list[int]
):
    key = await a_users_key(site, project, Role.VIEWER, {ids[0]: Role.EDITOR})
    async with client(served, key) as member:
        assert data(await member.patch(f"/v1/monitors/{ids[0]}", json={"tags": ["mine"]})) == ["mine"]
        assert [one["id"] for one in data(await member.patch("/v1/monitors?tags=mine", json={"active": True}))] == ids[
            :1
        ]
        errors(await member.patch("/v1/monitors", json={"active": True}), 403)
        errors(await member.patch(f"/v1/monitors/{ids[1]}", json={"tags": []}), 403)
