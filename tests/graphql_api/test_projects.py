"""Projects through the API: made, listed, opened to keys, deleted, by a key that acts for an admin."""

import pytest
from sqlalchemy import func, select

from app.models.tables import projects, watchables
from app.security.keys import KeyRole
from app.security.roles import Role
from app.site import Site
from app.store import keys, users
from app.store.keys import NewKey
from tests.graphql_api.conftest import Asker
from tests.world import World, make_world

CREATE = """
mutation($name: String!, $timezone: String! = "UTC") {
  projectCreate(input: {name: $name, timezone: $timezone}) {
    errors { code message path } membership { projectId projectName role } readWriteKey readOnlyKey pingKey
  }
}
"""
DELETE = """
mutation($id: ID!, $name: String!) { projectDelete(id: $id, name: $name) { errors { code path } deletedId } }
"""
MEMBERSHIPS = "{ viewer { memberships { projectId projectName role } } }"
NEW_KEY = """
mutation($project: ID!) {
  apiKeyCreate(projectId: $project, name: "ci", scopes: [READ, WRITE]) { errors { code path } secret }
}
"""
CHECK = """
mutation($project: ID!) {
  checkCreate(input: {projectId: $project, name: "Backups", schedule: {period: 3600}, grace: 300}) { errors { code } }
}
"""


async def acting_for(asker: Asker, site: Site, role: Role) -> Asker:
    """Return somebody with a key that acts for a new user of the project."""
    async with site.database.transaction() as unit:
        user = await users.add(unit, f"{role}@example.org", "a long password", site.clock())
        await users.join(unit, user.id, asker.project.id, role, site.clock())
        wanted = NewKey(KeyRole.READ_WRITE, user_id=user.id)
        _, secret = await keys.add(unit, site.vault, asker.project.id, wanted, site.clock())
    return Asker(asker.client, asker.project, secret)


@pytest.fixture
async def admin(writer: Asker, site: Site) -> Asker:
    return await acting_for(writer, site, Role.ADMIN)


async def made(admin: Asker, name: str = "Shop") -> dict:
    payload = (await admin.ask(CREATE, name=name))["projectCreate"]
    assert payload["errors"] == []
    return payload


async def test_an_admin_makes_a_project_that_its_keys_open(admin: Asker) -> None:
    payload = await made(admin)

    assert payload["membership"] == {
        "projectId": payload["membership"]["projectId"],
        "projectName": "Shop",
        "role": "OWNER",
    }
    new = Asker(admin.client, admin.project, payload["readWriteKey"])
    assert await new.ask("{ project { id name slug timezone contacts { name } } }") == {
        "project": {
            "id": payload["membership"]["projectId"],
            "name": "Shop",
            "slug": "shop",
            "timezone": "UTC",
            "contacts": [{"name": "Default"}],
        }
    }
    assert await new.ask(CHECK, project=payload["membership"]["projectId"]) == {"checkCreate": {"errors": []}}
    reader = Asker(admin.client, admin.project, payload["readOnlyKey"])
    assert await reader.ask("{ viewer { role } }") == {"viewer": {"role": "VIEWER"}}
    assert len(payload["pingKey"]) == 22


async def test_the_projects_of_the_user_are_listed(admin: Asker) -> None:
    new = (await made(admin))["membership"]

    found = (await admin.ask(MEMBERSHIPS))["viewer"]["memberships"]

    assert found == [{"projectId": admin.project_id, "projectName": "Tests", "role": "ADMIN"}, new]


async def test_a_key_that_acts_for_nobody_has_no_memberships_and_makes_no_projects(writer: Asker) -> None:
    assert await writer.ask(MEMBERSHIPS) == {"viewer": {"memberships": []}}
    refused = (await writer.ask(CREATE, name="Shop"))["projectCreate"]
    assert [error["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert "heliograph user create" in refused["errors"][0]["message"]


async def test_an_editor_makes_no_projects(writer: Asker, site: Site) -> None:
    editor = await acting_for(writer, site, Role.EDITOR)

    refused = (await editor.ask(CREATE, name="Shop"))["projectCreate"]

    assert [error["code"] for error in refused["errors"]] == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("given", "path"),
    [({"name": " "}, ["input", "name"]), ({"name": "x" * 101}, ["input", "name"]),
     ({"name": "Shop", "timezone": "Mars"}, ["input", "timezone"])],
)  # fmt: skip
async def test_a_project_that_cannot_be_is_not_made(admin: Asker, given: dict, path: list[str]) -> None:
    refused = (await admin.ask(CREATE, **given))["projectCreate"]

    assert [error["path"] for error in refused["errors"]] == [path]
    assert len((await admin.ask(MEMBERSHIPS))["viewer"]["memberships"]) == 1


async def test_an_admin_makes_keys_of_all_projects_of_the_user(admin: Asker, stranger: Asker) -> None:
    shop = (await made(admin))["membership"]["projectId"]

    payload = (await admin.ask(NEW_KEY, project=shop))["apiKeyCreate"]

    key = Asker(admin.client, admin.project, payload["secret"])
    assert (await key.ask("{ project { name } }"))["project"] == {"name": "Shop"}
    assert len((await key.ask(MEMBERSHIPS))["viewer"]["memberships"]) == 2
    refused = (await admin.ask(NEW_KEY, project=stranger.project_id))["apiKeyCreate"]
    assert refused["errors"] == [{"code": "NOT_FOUND", "path": ["projectId"]}]


async def test_a_deleted_project_is_gone_with_all_that_belonged_to_it(admin: Asker, site: Site) -> None:
    world: World = await make_world(site)
    payload = await made(admin)
    shop = payload["membership"]["projectId"]
    new = Asker(admin.client, admin.project, payload["readWriteKey"])
    for _ in range(3):
        await new.ask(CHECK, project=shop)
    kept = await world.check()

    deleted = (await admin.ask(DELETE, id=shop, name="Shop"))["projectDelete"]

    assert deleted == {"errors": [], "deletedId": shop}
    assert (await new.post("{ viewer { role } }")).status_code == 401
    rows = await site.database.rows(select(watchables.c.id))
    assert [row.id for row in rows] == [kept.id]
    found = (await admin.ask(MEMBERSHIPS))["viewer"]["memberships"]
    assert [each["projectName"] for each in found] == ["Tests"]


@pytest.mark.parametrize("name", ["shop", "", "Tests"])
async def test_a_project_is_deleted_by_its_very_name_alone(admin: Asker, site: Site, name: str) -> None:
    shop = (await made(admin))["membership"]["projectId"]

    refused = (await admin.ask(DELETE, id=shop, name=name))["projectDelete"]

    assert refused == {"errors": [{"code": "INVALID", "path": ["name"]}], "deletedId": None}
    assert len((await admin.ask(MEMBERSHIPS))["viewer"]["memberships"]) == 2


async def test_only_its_admins_delete_a_project(writer: Asker, admin: Asker, stranger: Asker, site: Site) -> None:
    for asker, code in ((writer, "FORBIDDEN"), (stranger, "NOT_FOUND")):
        refused = (await asker.ask(DELETE, id=writer.project_id, name="Tests"))["projectDelete"]
        assert [error["code"] for error in refused["errors"]] == [code]
    row = await site.database.row(select(func.count()).select_from(projects))
    assert row is not None
    assert row[0] == 2
