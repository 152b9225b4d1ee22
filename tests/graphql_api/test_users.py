"""A key that acts for a user shows that user, and changes what the user wants to hear by mail."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.ids import global_id
from app.models.tables import users as users_table
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.security.keys import KeyRole
from app.security.roles import Role
from app.site import Site
from app.store import keys, users
from app.store.keys import NewKey
from app.store.users import UserRecord
from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_projects import acting_for
from tests.graphql_api.test_statements import counted

VIEWER = "{ viewer { user { id email name timezone reportRhythm nagRhythm nextReportAt nextNagAt } } }"
UPDATE = """
mutation($input: UserUpdateInput!) {
  userUpdate(input: $input) { errors { code message path } user { timezone reportRhythm nagRhythm nextReportAt } }
}
"""


@pytest.fixture
async def editor(writer: Asker, site: Site) -> Asker:
    return await acting_for(writer, site, Role.EDITOR)


async def stored(site: Site) -> UserRecord:
    user = await users.by_id(site.database, 1)
    assert user is not None
    return user


async def test_the_user_behind_a_key_is_shown(editor: Asker, site: Site) -> None:
    user = (await editor.ask(VIEWER))["viewer"]["user"]

    assert user == {
        "id": global_id("User", (await stored(site)).uuid),
        "email": "editor@example.org",
        "name": "",
        "timezone": "UTC",
        "reportRhythm": "MONTHLY",
        "nagRhythm": "OFF",
        "nextReportAt": None,
        "nextNagAt": None,
    }


async def test_a_key_that_acts_for_nobody_has_no_user_and_is_told_how_to_get_one(writer: Asker) -> None:
    assert (await writer.ask(VIEWER))["viewer"]["user"] is None

    payload = (await writer.ask(UPDATE, input={"timezone": "Europe/Riga"}))["userUpdate"]

    assert payload["user"] is None
    [error] = payload["errors"]
    assert error["code"] == "FORBIDDEN"
    assert "heliograph key create --user" in error["message"]


async def test_a_user_is_found_by_the_own_keys_alone(editor: Asker, writer: Asker, reader: Asker, site: Site) -> None:
    user_id = global_id("User", (await stored(site)).uuid)
    query = "query($id: ID!) { node(id: $id) { ... on User { email } } }"

    assert (await editor.ask(query, id=user_id))["node"] == {"email": "editor@example.org"}
    other = await acting_for(writer, site, Role.ADMIN)
    for asker in (writer, reader, other):
        assert await asker.refused(query, id=user_id) == [("NOT_FOUND", ["node"])]


async def test_preferences_are_changed_and_the_next_report_moves(editor: Asker, site: Site, clock: MovedClock) -> None:
    payload = (await editor.ask(UPDATE, input={"timezone": "Europe/Kiev", "reportRhythm": "DAILY"}))["userUpdate"]

    assert payload["errors"] == []
    user = await stored(site)
    assert (user.timezone, user.report_rhythm, user.nag_rhythm) == ("Europe/Kyiv", ReportRhythm.DAILY, NagRhythm.OFF)
    assert user.next_report_at is not None
    assert "2026-03-02T07:00" <= user.next_report_at.isoformat() < "2026-03-02T09:00"
    assert payload["user"]["nextReportAt"] is not None


async def test_what_stays_the_same_moves_nothing(editor: Asker, site: Site, clock: MovedClock) -> None:
    due_at = clock.now + timedelta(minutes=5)
    async with site.database.transaction() as unit:
        await unit.execute(update(users_table).values(next_report_at=due_at, next_nag_at=due_at, nag_rhythm="HOURLY"))

    await editor.ask(UPDATE, input={"reportRhythm": "MONTHLY", "nagRhythm": "HOURLY", "timezone": "UTC", "name": "Ed"})

    user = await stored(site)
    assert (user.name, user.next_report_at, user.next_nag_at) == ("Ed", due_at, due_at)


async def test_letters_that_are_not_wanted_are_not_due(editor: Asker, site: Site, clock: MovedClock) -> None:
    async with site.database.transaction() as unit:
        due = {"next_report_at": clock.now, "next_nag_at": clock.now, "nag_rhythm": NagRhythm.DAILY}
        await unit.execute(update(users_table).values(**due))

    await editor.ask(UPDATE, input={"reportRhythm": "OFF", "nagRhythm": "OFF"})

    user = await stored(site)
    assert (user.report_rhythm, user.next_report_at) == (ReportRhythm.OFF, None)
    assert (user.nag_rhythm, user.next_nag_at) == (NagRhythm.OFF, None)


@pytest.mark.parametrize(("values", "field"), [({"timezone": "Mars"}, "timezone"), ({"name": "x" * 101}, "name")])
async def test_what_is_wrong_changes_nothing(editor: Asker, site: Site, values: dict[str, str], field: str) -> None:
    before = await stored(site)

    payload = (await editor.ask(UPDATE, input={"reportRhythm": "DAILY", **values}))["userUpdate"]

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [("INVALID", ["input", field])]
    assert await stored(site) == before


async def test_whoever_may_only_look_at_a_project_still_chooses_the_own_letters(writer: Asker, site: Site) -> None:
    viewer = await acting_for(writer, site, Role.VIEWER)

    payload = (await viewer.ask(UPDATE, input={"nagRhythm": "HOURLY"}))["userUpdate"]

    assert payload["errors"] == []


async def test_a_read_only_key_changes_nothing(editor: Asker, site: Site) -> None:
    async with site.database.transaction() as unit:
        wanted = NewKey(KeyRole.READ_ONLY, user_id=(await users.by_id(unit, 1)).id)
        _, secret = await keys.add(unit, site.vault, editor.project.id, wanted, site.clock())
    viewer = Asker(editor.client, editor.project, secret)

    payload = (await viewer.ask(UPDATE, input={"nagRhythm": "HOURLY"}))["userUpdate"]

    assert [error["code"] for error in payload["errors"]] == ["FORBIDDEN"]
    assert (await stored(site)).nag_rhythm is NagRhythm.OFF


async def test_the_user_costs_one_statement_and_a_change_three(editor: Asker, site: Site) -> None:
    caller = await keys.authenticate(site.database, site.vault, editor.key or "", None, site.clock())
    ctx = Context(site=site, caller=caller, root=site.site_root)

    for query, count in ((VIEWER, 1), ("mutation { userUpdate(input: {nagRhythm: DAILY}) { user { id } } }", 3)):
        with counted(site) as statements:
            result = await execute(ctx, Operation(query))
        assert result.errors is None, result.errors
        assert len([each for each in statements if not each.startswith("BEGIN")]) == count, statements
