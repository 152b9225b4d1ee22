"""Roles for single checks through the API: given by an admin, felt by the member, taken back."""

from app.ids import global_id
from app.security.roles import Role
from app.site import Site
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_projects import acting_for

CREATE = """
mutation($project: ID!) {
  checkCreate(input: {projectId: $project, name: "Backups", schedule: {period: 3600}, grace: 300}) { check { id } }
}
"""
SET = """
mutation($email: String!, $id: ID!, $role: Role!) {
  watchableGrantUpdate(userEmail: $email, watchableId: $id, role: $role) {
    errors { code path } grants { userEmail watchableId watchableName role }
  }
}
"""
REMOVE = """
mutation($email: String!, $id: ID!) {
  watchableGrantDelete(userEmail: $email, watchableId: $id) { errors { code path } deleted }
}
"""
PAUSE = "mutation($id: ID!) { watchablePause(ids: [$id]) { errors { code path } watchables { paused } } }"
GRANTS = "{ project { grants { userEmail role } } }"


async def test_an_admin_takes_a_check_from_an_editor_and_gives_it_back(writer: Asker, site: Site) -> None:
    admin, editor = await acting_for(writer, site, Role.ADMIN), await acting_for(writer, site, Role.EDITOR)
    check = (await writer.ask(CREATE, project=writer.project_id))["checkCreate"]["check"]["id"]
    named = {"email": "EDITOR@example.org", "id": check}

    given = (await admin.ask(SET, **named, role="VIEWER"))["watchableGrantUpdate"]

    grant = {"userEmail": "editor@example.org", "watchableId": check, "watchableName": "Backups", "role": "VIEWER"}
    assert given == {"errors": [], "grants": [grant]}
    listed = (await admin.ask(GRANTS))["project"]["grants"]
    assert listed == [{"userEmail": "editor@example.org", "role": "VIEWER"}]
    refused = (await editor.ask(PAUSE, id=check))["watchablePause"]
    assert refused == {"errors": [{"code": "FORBIDDEN", "path": ["ids", "0"]}], "watchables": []}

    assert (await admin.ask(REMOVE, **named))["watchableGrantDelete"] == {"errors": [], "deleted": True}
    assert (await editor.ask(PAUSE, id=check))["watchablePause"]["watchables"] == [{"paused": True}]


async def test_what_does_not_exist_is_named_in_the_refusal(writer: Asker, site: Site) -> None:
    admin = await acting_for(writer, site, Role.ADMIN)
    check = (await writer.ask(CREATE, project=writer.project_id))["checkCreate"]["check"]["id"]
    nothing = global_id("Monitor", "00000000-0000-4000-8000-000000000000")

    for wrong, path in (({"email": "x@example.org"}, "userEmail"), ({"id": nothing}, "watchableId"),
                        ({"id": "no id"}, "watchableId")):  # fmt: skip
        asked = {"email": "admin@example.org", "id": check, "role": "VIEWER"} | wrong
        payload = (await admin.ask(SET, **asked))["watchableGrantUpdate"]
        assert payload == {"errors": [{"code": "NOT_FOUND", "path": [path]}], "grants": []}


async def test_only_an_admin_sees_and_gives_grants(writer: Asker, site: Site) -> None:
    editor = await acting_for(writer, site, Role.EDITOR)

    payload = (await editor.ask(SET, email="editor@example.org", id="x", role="ADMIN"))["watchableGrantUpdate"]

    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    assert (await editor.refused(GRANTS)) == [("FORBIDDEN", ["project", "grants"])]
