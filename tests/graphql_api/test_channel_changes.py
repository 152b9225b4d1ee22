"""Integrations are managed through the API: changed, switched off and on again, gathered in groups."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.ids import new_uuid, parse_global_id
from app.models.tables import channels
from app.settings import Settings
from app.site import Site
from app.store import channels as channel_store
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_contacts import CHANNEL, TEST, channel_of, contact_of

UPDATE = """
mutation($id: ID!, $input: ChannelUpdateInput!) {
  channelUpdate(id: $id, input: $input) {
    channel { id name kind settings disabled lastError }
    errors { __typename code path message }
  }
}
"""
RENAME = """
mutation($id: ID!, $input: ContactUpdateInput!) {
  contactUpdate(id: $id, input: $input) { contact { id name } errors { code path } }
}
"""
MAIL = {"email": {"address": "a@example.org"}}


@pytest.fixture
async def mail(writer: Asker) -> dict[str, Any]:
    return await channel_of(writer, await contact_of(writer), MAIL, "mail")


async def row_of(site: Site, channel: dict[str, Any]):
    uuid = parse_global_id(channel["id"])[1]
    return await site.database.row(select(channels).where(channels.c.uuid == uuid))


async def changed(asker: Asker, channel: dict[str, Any], **changes: Any) -> dict[str, Any]:
    payload = (await asker.ask(UPDATE, id=channel["id"], input=changes))["channelUpdate"]
    assert payload["errors"] == [], payload
    return payload["channel"]


async def refusal(asker: Asker, channel: dict[str, Any], **changes: Any) -> dict[str, Any]:
    payload = (await asker.ask(UPDATE, id=channel["id"], input=changes))["channelUpdate"]
    assert payload["channel"] is None
    [error] = payload["errors"]
    return error


async def test_a_disabled_channel_is_enabled_and_its_error_forgotten(
    site: Site, writer: Asker, mail: dict[str, Any]
) -> None:
    async with site.database.transaction() as unit:
        await unit.execute(update(channels).values(disabled=True, last_error="550 5.1.1 No such user"))

    now = await changed(writer, mail, disabled=False)

    assert (now["disabled"], now["lastError"], now["name"]) == (False, None, "mail")
    assert (await writer.ask(TEST, id=mail["id"]))["channelTest"]["errors"] == []


async def test_a_channel_is_switched_off_by_hand(writer: Asker, mail: dict[str, Any]) -> None:
    assert (await changed(writer, mail, disabled=True))["disabled"] is True

    payload = (await writer.ask(TEST, id=mail["id"]))["channelTest"]
    assert payload["errors"] == [{"code": "INVALID", "path": ["id"]}]


async def test_the_error_of_a_channel_that_works_stays_until_the_next_message(
    site: Site, writer: Asker, mail: dict[str, Any]
) -> None:
    async with site.database.transaction() as unit:
        await unit.execute(update(channels).values(last_error="Connection failed"))

    assert (await changed(writer, mail, disabled=False, name="post"))["lastError"] == "Connection failed"


async def test_settings_are_replaced_as_a_whole(site: Site, writer: Asker) -> None:
    quiet = {"email": {"address": "a@example.org", "notifyUp": False}}
    mail = await channel_of(writer, await contact_of(writer), quiet)
    async with site.database.transaction() as unit:
        await unit.execute(update(channels).values(last_attempt_ms=70))

    now = await changed(writer, mail, settings={"email": {"address": "b@example.org", "notifyDown": False}})

    assert now["settings"] == {"address": "b@example.org", "notify_up": True, "notify_down": False}
    row = await row_of(site, mail)
    assert (row.tells_up, row.tells_down, row.last_attempt_ms) == (True, False, None)


async def test_an_empty_change_changes_nothing(site: Site, writer: Asker, mail: dict[str, Any]) -> None:
    before = await row_of(site, mail)

    assert (await changed(writer, mail))["settings"] == mail["settings"]

    assert await row_of(site, mail) == before


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": "x" * 101}, ["input", "name"]),
        ({"settings": {"email": {"address": "nobody"}}}, ["input", "settings", "email", "address"]),
        ({"settings": {"webhook": {"url": "https://a.example"}}}, ["input", "settings", "webhook"]),
    ],
    ids=["name", "address", "kind"],
)
async def test_a_wrong_change_is_told_by_its_path_and_changes_nothing(
    site: Site, writer: Asker, mail: dict[str, Any], changes: dict[str, Any], path: list[str]
) -> None:
    before = await row_of(site, mail)

    error = await refusal(writer, mail, disabled=True, **changes)

    assert (error["__typename"], error["path"]) == ("InputError", path)
    assert await row_of(site, mail) == before


async def test_a_contact_gets_another_name(writer: Asker) -> None:
    contact = await contact_of(writer, "Ops")

    for given, name in (({"name": "Night shift"}, "Night shift"), ({}, "Night shift")):
        payload = (await writer.ask(RENAME, id=contact, input=given))["contactUpdate"]
        assert payload == {"contact": {"id": contact, "name": name}, "errors": []}
    payload = (await writer.ask(RENAME, id=contact, input={"name": "x" * 101}))["contactUpdate"]
    assert payload == {"contact": None, "errors": [{"code": "INVALID", "path": ["input", "name"]}]}


async def test_what_is_not_there_cannot_be_changed(writer: Asker) -> None:
    for query, name in ((UPDATE, "channelUpdate"), (RENAME, "contactUpdate")):
        [error] = (await writer.ask(query, id=new_uuid(), input={"name": "x"}))[name]["errors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["id"])


async def test_a_group_is_made_of_channels_of_the_project(writer: Asker, mail: dict[str, Any]) -> None:
    contact = await contact_of(writer)
    uuid = parse_global_id(mail["id"])[1]

    group = await channel_of(writer, contact, {"group": {"channelIds": [mail["id"], uuid]}})

    assert (group["kind"], group["settings"]) == ("GROUP", {"channels": [uuid]})


async def test_a_group_of_what_is_no_member_is_refused(writer: Asker, stranger: Asker, mail: dict[str, Any]) -> None:
    contact = await contact_of(writer)
    group = await channel_of(writer, contact, {"group": {"channelIds": [mail["id"]]}})
    theirs = await channel_of(stranger, await contact_of(stranger), MAIL)

    for ids, kind in (
        ([], "InputError"),
        ([new_uuid()], "InputError"),
        ([mail["id"], theirs["id"]], "InputError"),
        ([group["id"]], "InputError"),
        (["nonsense"], "NotFoundError"),
    ):
        given = {"contactId": contact, "name": "g", "settings": {"group": {"channelIds": ids}}}
        [error] = (await writer.ask(CHANNEL, input=given))["channelCreate"]["errors"]
        assert (error["__typename"], error["path"]) == (kind, ["input", "settings", "group", "channelIds"]), ids
    error = await refusal(writer, group, settings={"group": {"channelIds": [group["id"]]}})
    assert error["path"] == ["input", "settings", "group", "channelIds"]


async def test_a_shell_channel_is_refused_where_commands_are_not_allowed(writer: Asker) -> None:
    given = {"contactId": await contact_of(writer), "name": "s", "settings": {"shell": {"down": "true"}}}

    [error] = (await writer.ask(CHANNEL, input=given))["channelCreate"]["errors"]

    assert error["path"] == ["input", "settings", "shell"]
    assert "HELIOGRAPH_SHELL_CHANNELS=true" in error["message"]


class TestWhereCommandsAreAllowed:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"shell_channels": True})

    async def test_a_shell_channel_is_made(self, site: Site, writer: Asker) -> None:
        made = await channel_of(writer, await contact_of(writer), {"shell": {"down": "logger $NAME"}})

        assert made["settings"] == {"down": "logger $NAME", "up": ""}
        [record] = await channel_store.of_project(site.database, writer.project.id)
        assert "logger" not in record.settings_encrypted
