"""Contacts, channels, notifications and keys through the API."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from app.channels.gateway import Gateway
from app.channels.registry import channel_kinds
from app.ids import new_uuid, parse_global_id
from app.pipeline import delivery
from app.rules.outcomes import ProbeKind
from app.site import Site
from app.store import assignments, channels
from app.store.monitor_changes import MonitorChanges
from graphql_api.context import Context
from graphql_api.resolvers.monitors import monitor_create
from graphql_api.schema import schema
from tests.app.pipeline.test_delivery import no_json
from tests.app.receiver import Receiver
from tests.conftest import MovedClock, caller_of
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made

CONTACT = """
mutation($input: ContactCreateInput!) {
  contactCreate(input: $input) { contact { id name channels { id } } errors { code path } }
}
"""
CHANNEL = """
mutation($input: ChannelCreateInput!) {
  channelCreate(input: $input) {
    channel { id name kind settings contact { name } verified disabled lastError lastDeliveredAt }
    errors { __typename code path message }
  }
}
"""
RECHANNEL = """
mutation($id: ID!, $input: ChannelUpdateInput!) { channelUpdate(id: $id, input: $input) { errors { code path } } }
"""
TEST = """
mutation($id: ID!) {
  channelTest(id: $id) { notification { id event state attempt channel { id } watchable { id } } errors { code path } }
}
"""
NOTIFICATION = """
query($id: ID!) {
  node(id: $id) { id ... on Notification { event state attempt createdAt sentAt error channel { id } } }
}
"""
KEYS = "{ project { apiKeys { id name prefix scopes allowIp expiresAt lastUsedAt } } }"
KEY = """
mutation($project: ID!, $scopes: [ApiScope!]!, $name: String!, $allow: String, $expires: DateTime) {
  apiKeyCreate(projectId: $project, name: $name, scopes: $scopes, allowIp: $allow, expiresAt: $expires) {
    secret apiKey { id name prefix scopes allowIp expiresAt } errors { code path }
  }
}
"""


async def contact_of(asker: Asker, name: str = "Ops") -> str:
    given = {"projectId": asker.project_id, "name": name}
    payload = (await asker.ask(CONTACT, input=given))["contactCreate"]
    assert payload["errors"] == []
    return payload["contact"]["id"]


async def channel_of(asker: Asker, contact: str, settings: dict[str, Any], name: str = "c") -> dict[str, Any]:
    given = {"contactId": contact, "name": name, "settings": settings}
    payload = (await asker.ask(CHANNEL, input=given))["channelCreate"]
    assert payload["errors"] == [], payload
    return payload["channel"]


async def test_a_contact_and_its_channels_are_told_of_a_check(writer: Asker) -> None:
    ops, boss = await contact_of(writer), await contact_of(writer, "Boss")
    mail = await channel_of(writer, ops, {"email": {"address": "ops@example.org"}}, "mail")
    check = await made(writer, contactIds=[ops, ops])
    assert [one["name"] for one in check["contacts"]] == ["Ops"]
    assert [one["name"] for one in check["channels"]] == ["mail"]

    gone = await writer.ask("mutation($id: ID!) { contactDelete(id: $id) { deletedId errors { code } } }", id=ops)

    assert gone["contactDelete"] == {"deletedId": ops, "errors": []}
    left = await writer.ask(
        "{ project { contacts { id channels { id } } checks { edges { node { channels { id } } } } } }"
    )
    assert left["project"]["contacts"] == [{"id": boss, "channels": []}]
    assert left["project"]["checks"]["edges"] == [{"node": {"channels": []}}]
    assert await writer.refused("query($id: ID!) { node(id: $id) { id } }", id=mail["id"]) == [("NOT_FOUND", ["node"])]


AUTO_LINKED = """
mutation($id: ID!, $input: ContactUpdateInput!) {
  contactUpdate(id: $id, input: $input) { contact { name autoLinked } errors { code path } }
}
"""


async def test_a_contact_may_be_told_of_all_monitors_whose_api_cannot_say_who_is(site: Site, writer: Asker) -> None:
    ctx = Context(site=site, caller=caller_of(writer.project), root="")
    changes = MonitorChanges(name="m", interval=60, auto_linked=True)
    monitor = await monitor_create(ctx, kind=ProbeKind.API, changes=changes)
    plain = await contact_of(writer)
    given = {"projectId": writer.project_id, "name": "Boss", "autoLinked": True}
    boss = (await writer.ask(CONTACT, input=given))["contactCreate"]["contact"]["id"]

    async def told() -> list[str]:
        ids = (await assignments.contact_ids_of(site.database, [monitor.id]))[monitor.id]
        return [one.name for one in (await channels.contacts_by_ids(site.database, ids)).values()]

    assert await told() == ["Boss"]
    changed = await writer.ask(AUTO_LINKED, id=plain, input={"autoLinked": True})
    assert changed["contactUpdate"] == {"contact": {"name": "Ops", "autoLinked": True}, "errors": []}
    assert sorted(await told()) == ["Boss", "Ops"]
    again = await writer.ask(AUTO_LINKED, id=plain, input={"autoLinked": True, "name": "Crew"})
    assert again["contactUpdate"]["contact"] == {"name": "Crew", "autoLinked": True}
    left = await writer.ask(AUTO_LINKED, id=boss, input={"autoLinked": False})
    assert left["contactUpdate"]["contact"] == {"name": "Boss", "autoLinked": False}
    assert sorted(await told()) == ["Boss", "Crew"]


async def test_what_changes_a_contact_or_how_it_is_reached_is_dated(
    site: Site, clock: MovedClock, writer: Asker
) -> None:
    contact = await contact_of(writer)
    channel = await channel_of(writer, contact, {"email": {"address": "ops@example.org"}}, "mail")

    async def changed_at() -> datetime | None:
        [stored] = await channels.contacts_of(site.database, writer.project.id)
        return stored.updated_at

    assert await changed_at() is None
    clock.move(seconds=1)
    await writer.ask(AUTO_LINKED, id=contact, input={"name": "Crew"})
    assert await changed_at() == clock.now
    clock.move(seconds=1)
    await writer.ask(AUTO_LINKED, id=contact, input={})
    await writer.ask(RECHANNEL, id=channel["id"], input={"disabled": True})
    assert await changed_at() != clock.now
    await writer.ask(RECHANNEL, id=channel["id"], input={"settings": {"email": {"address": "a@example.org"}}})
    assert await changed_at() == clock.now


async def test_a_mail_channel_shows_its_settings(writer: Asker) -> None:
    contact = await contact_of(writer)

    channel = await channel_of(writer, contact, {"email": {"address": "Ops@Example.org", "notifyUp": False}}, "mail")

    assert channel == {
        "id": channel["id"],
        "name": "mail",
        "kind": "EMAIL",
        "settings": {"address": "Ops@example.org", "notify_up": False, "notify_down": True},
        "contact": {"name": "Ops"},
        "verified": True,
        "disabled": False,
        "lastError": None,
        "lastDeliveredAt": None,
    }


async def test_a_webhook_is_given_short_or_whole_and_hides_its_secrets(writer: Asker) -> None:
    contact = await contact_of(writer)
    headers = [{"name": "X-Token", "value": "very-secret"}]
    url = "https://user:pass@hook.example.org/$CODE"

    short = await channel_of(
        writer, contact, {"webhook": {"url": url, "method": "PUT", "headers": headers, "bodyTemplate": "$NAME"}}
    )
    whole = await channel_of(writer, contact, {"webhook": {"down": {"url": url, "headers": headers, "body": "down"}}})

    request = {"method": "PUT", "url": short["settings"]["down"]["url"], "headers": {"X-Token": "********"}}
    assert short["settings"] == {"down": {**request, "body": "$NAME"}, "up": {**request, "body": "$NAME"}}
    assert whole["settings"]["up"] is None
    assert (whole["settings"]["down"]["method"], whole["settings"]["down"]["body"]) == ("POST", "down")
    for channel in (short, whole):
        assert "secret" not in str(channel)
        assert "pass" not in str(channel)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"email": {"address": "nobody"}}, ["email", "address"]),
        ({"webhook": {}}, ["webhook"]),
        ({"webhook": {"url": "https://a.example", "method": "BREW"}}, ["webhook", "method"]),
        ({"webhook": {"url": "https://a.example", "bodyTemplate": "x" * 10_001}}, ["webhook", "bodyTemplate"]),
        ({"webhook": {"down": {"url": "https://a.example", "method": "BREW"}}}, ["webhook", "down", "method"]),
        ({"webhook": {"url": "https://a.example", "up": {"url": "https://a.example"}}}, ["webhook", "url"]),
        (
            {"webhook": {"url": "https://a.example", "headers": [{"name": n, "value": "1"} for n in ("A", "a")]}},
            ["webhook", "headers"],
        ),
    ],
)
async def test_wrong_settings_are_told_by_their_path_and_store_nothing(
    writer: Asker, given: dict[str, Any], path: list[str]
) -> None:
    contact = await contact_of(writer)

    payload = (await writer.ask(CHANNEL, input={"contactId": contact, "name": "c", "settings": given}))["channelCreate"]

    assert payload["channel"] is None
    assert [(e["__typename"], e["path"]) for e in payload["errors"]] == [("InputError", ["input", "settings", *path])]
    assert (await writer.ask("{ project { contacts { channels { id } } } }"))["project"]["contacts"] == [
        {"channels": []}
    ]


async def test_settings_of_two_kinds_are_refused(writer: Asker) -> None:
    both = {"email": {"address": "a@example.org"}, "webhook": {"url": "https://a.example"}}

    refused = await writer.refused(CHANNEL, input={"contactId": "x", "name": "c", "settings": both})

    assert [code for code, _ in refused] == ["BAD_REQUEST"]


async def test_a_channel_is_deleted(writer: Asker) -> None:
    channel = await channel_of(writer, await contact_of(writer), {"email": {"address": "a@example.org"}})
    delete = "mutation($id: ID!) { channelDelete(id: $id) { deletedId errors { code path } } }"

    assert (await writer.ask(delete, id=channel["id"]))["channelDelete"] == {"deletedId": channel["id"], "errors": []}
    again = (await writer.ask(delete, id=channel["id"]))["channelDelete"]
    assert (again["deletedId"], [error["code"] for error in again["errors"]]) == (None, ["NOT_FOUND"])


async def test_a_test_message_really_arrives(site: Site, writer: Asker, clock: MovedClock) -> None:
    left = []
    site.database.deliver = left.extend
    async with Receiver() as receiver:
        webhook = {"webhook": {"url": f"{receiver.url}/hook", "bodyTemplate": "$STATUS"}}
        channel = await channel_of(writer, await contact_of(writer), webhook)

        payload = (await writer.ask(TEST, id=channel["id"]))["channelTest"]
        owed = payload["notification"]
        assert payload["errors"] == []
        assert (owed["event"], owed["state"], owed["attempt"]) == ("TEST", "PENDING", 0)
        assert (owed["channel"], owed["watchable"]) == ({"id": channel["id"]}, None)

        [uuid] = [message.arguments[0] for message in left]
        claimed = await delivery.claim(site, str(uuid), 0, no_json)
        assert claimed is not None
        gateway = Gateway(None, "", site.site_root, allow_private=True, clock=clock)
        await claimed.kind.send(claimed.settings, claimed.message, gateway)
        await delivery.record_success(site, claimed.claim, took_ms=7)

    assert [request.target for request in receiver.requests] == ["/hook"]
    read = (await writer.ask(NOTIFICATION, id=owed["id"]))["node"]
    assert (read["state"], read["attempt"], read["sentAt"]) == ("SENT", 1, "2026-03-01T12:00:00Z")
    listed = await writer.ask(
        "query($c: ID) { project { notifications(channel: $c) { edges { node { id } } } } }", c=channel["id"]
    )
    assert listed["project"]["notifications"]["edges"] == [{"node": {"id": owed["id"]}}]


async def test_notifications_are_paged_newest_first(site: Site, writer: Asker) -> None:
    contact = await contact_of(writer)
    one, two = [await channel_of(writer, contact, {"email": {"address": "a@example.org"}}) for _ in range(2)]
    payloads = [(await writer.ask(TEST, id=channel["id"]))["channelTest"] for channel in (one, two, one)]
    sent = [payload["notification"]["id"] for payload in payloads]
    page = """query($after: String, $c: ID) { project { notifications(first: 2, after: $after, channel: $c) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""

    first = (await writer.ask(page))["project"]["notifications"]
    second = (await writer.ask(page, after=first["pageInfo"]["endCursor"]))["project"]["notifications"]
    own = (await writer.ask(page, c=two["id"]))["project"]["notifications"]

    assert [edge["node"]["id"] for edge in first["edges"]] == [sent[2], sent[1]]
    assert [edge["node"]["id"] for edge in second["edges"]] == [sent[0]]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert [edge["node"]["id"] for edge in own["edges"]] == [sent[1]]


def test_every_kind_of_channel_can_be_made() -> None:
    offered = schema._schema.get_type("ChannelSettingsInput").fields

    assert set(offered) == {to_camel_case(kind) for kind in channel_kinds()}


@pytest.mark.parametrize(("scopes", "start"), [(["WRITE", "READ"], "hgw_"), (["READ"], "hgr_"), (["PING"], "")])
async def test_a_key_is_made_used_and_revoked(writer: Asker, scopes: list[str], start: str) -> None:
    made_key = (await writer.ask(KEY, project=writer.project_id, name="ci", scopes=scopes))["apiKeyCreate"]
    assert made_key["errors"] == []
    assert made_key["secret"].startswith(start)
    key = made_key["apiKey"]
    assert (key["name"], sorted(key["scopes"]), key["prefix"]) == ("ci", sorted(scopes), made_key["secret"][:8])
    assert key["id"] in [one["id"] for one in (await writer.ask(KEYS))["project"]["apiKeys"]]
    assert made_key["secret"] not in str(await writer.ask(KEYS))
    own = Asker(writer.client, writer.project, made_key["secret"])
    opens = (await own.post("{ viewer { role scopes project { name } } }")).status_code
    assert opens == (401 if scopes == ["PING"] else 200)

    revoked = await writer.ask(
        "mutation($id: ID!) { apiKeyRevoke(id: $id) { deletedId errors { code } } }", id=key["id"]
    )

    assert revoked["apiKeyRevoke"] == {"deletedId": key["id"], "errors": []}
    assert (await own.post("{ viewer { role } }")).status_code == 401


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"scopes": ["WRITE"]}, ["scopes"]),
        ({"scopes": []}, ["scopes"]),
        ({"scopes": ["PING", "READ"]}, ["scopes"]),
        ({"name": "x" * 101}, ["name"]),
        ({"allow": "not an address"}, ["allowIp"]),
        ({"expires": "2026-03-01T12:00:00Z"}, ["expiresAt"]),
    ],
)
async def test_a_wrong_key_is_not_made(writer: Asker, changes: dict[str, Any], path: list[str]) -> None:
    given = {"project": writer.project_id, "name": "k", "scopes": ["READ"], **changes}

    payload = (await writer.ask(KEY, **given))["apiKeyCreate"]

    assert (payload["secret"], payload["apiKey"]) == (None, None)
    assert payload["errors"] == [{"code": "INVALID", "path": path}]
    assert len((await writer.ask(KEYS))["project"]["apiKeys"]) == 1


async def test_the_use_of_a_key_is_noted(writer: Asker) -> None:
    await writer.ask("{ viewer { role } }")

    [key] = (await writer.ask(KEYS))["project"]["apiKeys"]

    assert key["lastUsedAt"] == "2026-03-01T12:00:00Z"
    assert parse_global_id(key["id"])[0] == "ApiKey"


async def test_what_is_not_there_is_named_by_its_argument(writer: Asker) -> None:
    for name in ("contactDelete", "channelDelete", "channelTest", "apiKeyRevoke"):
        act = f"mutation($id: ID!) {{ {name}(id: $id) {{ errors {{ code path }} }} }}"
        for unknown in (new_uuid(), "nonsense"):
            refused = (await writer.ask(act, id=unknown))[name]
            assert refused["errors"] == [{"code": "NOT_FOUND", "path": ["id"]}], name
    for unknown in (new_uuid(), "nonsense"):
        given = {"contactId": unknown, "name": "c", "settings": {"email": {"address": "a@example.org"}}}
        [error] = (await writer.ask(CHANNEL, input=given))["channelCreate"]["errors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "contactId"])


async def test_what_many_delete_at_once_is_deleted_once(writer: Asker) -> None:
    contact = await contact_of(writer)
    channel = await channel_of(writer, contact, {"email": {"address": "a@example.org"}})
    key = await writer.ask(KEY, project=writer.project_id, name="k", scopes=["READ"])

    for name, one in (
        ("channelDelete", channel["id"]),
        ("contactDelete", contact),
        ("apiKeyRevoke", key["apiKeyCreate"]["apiKey"]["id"]),
    ):
        act = f"mutation($id: ID!) {{ {name}(id: $id) {{ deletedId errors {{ code }} }} }}"
        answers = [answer[name] for answer in await asyncio.gather(*(writer.ask(act, id=one) for _ in range(20)))]

        assert answers.count({"deletedId": one, "errors": []}) == 1, name
        assert answers.count({"deletedId": None, "errors": [{"code": "NOT_FOUND"}]}) == 19, name
