"""Contacts: Get All Contacts, Get a Specific Contact, Create, Update and Delete a Contact."""

from typing import Any

import httpx
import pytest

from app.provisioning.make import make_contact
from app.site import Site
from app.store import assignments, channels
from app.store.channels import opened_settings
from app.store.projects import ProjectRecord
from graphql_api.resolvers import contacts as contact_resolvers
from tests.conftest import MovedClock
from tests.contract.apiscience.example import NOW, TYPED
from tests.rest_compat.apiscience.given import data, errors
from tests.world import World

CREATE = b'{ "label": "John Smith", "type": "email", "value": "jsmith@example.org" }'
UPDATE = b'{ "label": "Jane Smith" }'
MADE = {
    "label": "John Smith",
    "type": "email",
    "value": "jsmith@example.org",
    "createdAt": NOW,
    "updatedAt": NOW,
}
LATER = "2026-03-01T12:00:05.250Z"
KEY = "0123456789abcdef0123456789abcdef"


async def made(writer: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    return data(await writer.post("/v1/contacts", json={"type": "email", "value": "ops@example.org", **given}), 201)


async def changed(writer: httpx.AsyncClient, contact: dict[str, Any], **given: Any) -> dict[str, Any]:
    return data(await writer.patch(f"/v1/contacts/{contact['id']}", json=given))


async def told(site: Site, monitor: dict[str, Any]) -> list[int]:
    return (await assignments.contact_ids_of(site.database, [monitor["id"]]))[monitor["id"]]


async def test_the_example_of_the_whole_life(
    world: World, clock: MovedClock, writer: httpx.AsyncClient, reader: httpx.AsyncClient
):
    created = await writer.post("/v1/contacts.json", content=CREATE, headers=TYPED)

    contact = data(created, 201)
    assert created.json() == {"meta": {"status": "success"}, "data": {"id": contact["id"], **MADE}}
    address = f"/v1/contacts/{contact['id']}.json"
    assert (await reader.get(address)).json() == {"meta": {"status": "success"}, "data": contact}

    other = await made(writer, type="pagerduty", value=KEY, label="PagerDuty callback")
    answer = await reader.get("/v1/contacts.json")
    assert answer.json() == {"meta": {"status": "success", "numberOfResults": 2}, "data": [contact, other]}

    clock.move(seconds=5, milliseconds=250)
    answer = await writer.patch(address, content=UPDATE, headers=TYPED)
    updated = {**contact, "label": "Jane Smith", "updatedAt": LATER}
    assert answer.json() == {"meta": {"status": "success"}, "data": updated}
    assert data(await reader.get(address)) == updated

    assert (await writer.delete(address)).json() == {"meta": {"status": "success"}}
    for again in (await reader.get(address), await writer.patch(address, content=UPDATE), await writer.delete(address)):
        errors(again, 404)
    assert data(await reader.get("/v1/contacts")) == [other]


@pytest.mark.parametrize("path", ["/contacts.json", "/contacts", "/v1/contacts", "/apiscience/v1/contacts.json"])
async def test_the_example_is_made_at_every_address(writer: httpx.AsyncClient, path: str):
    contact = data(await writer.post(path, content=CREATE), 201)

    assert contact == {"id": contact["id"], **MADE}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "ops@localhost"),
        ("email", "a@b"),
        ("email", "ops+night@mail.example.org"),
        ("url", "https://example.org/alerts?key=a%20b"),
        ("url", "http://127.0.0.1:8080"),
        ("pagerduty", "k"),
        ("pagerduty", KEY),
    ],
)
async def test_values_are_kept_as_they_were_given(site: Site, writer: httpx.AsyncClient, kind: str, value: str):
    contact = await made(writer, type=kind, value=value)

    assert (contact["type"], contact["value"], contact["label"]) == (kind, value, None)
    assert data(await writer.get(f"/v1/contacts/{contact['id']}")) == contact
    [channel] = (await channels.of_contacts(site.database, [contact["id"]]))[contact["id"]]
    assert channel.kind == kind
    assert value in opened_settings(site.vault, channel).model_dump().values()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["type", "value"]),
        ({"label": "x"}, ["type", "value"]),
        ({"type": None, "value": None}, ["type", "value"]),
        ({"type": "email"}, ["value"]),
        ({"value": "a@b"}, ["type"]),
        ({"type": "sms", "value": "+1"}, ["type"]),
        ({"type": 1, "value": 2}, ["type", "value"]),
        ({"type": "webhook", "value": "https://a.test"}, ["type"]),
        ({"type": "email", "value": "nobody"}, ["value"]),
        ({"type": "email", "value": "a@b@c"}, ["value"]),
        ({"type": "email", "value": ""}, ["value"]),
        ({"type": "email", "value": f"{'a' * 250}@b.c"}, ["value"]),
        ({"type": "url", "value": "ftp://a.test"}, ["value"]),
        ({"type": "url", "value": "/alerts"}, ["value"]),
        ({"type": "url", "value": "http://"}, ["value"]),
        ({"type": "url", "value": "http://a.test/\0"}, ["value"]),
        ({"type": "pagerduty", "value": ""}, ["value"]),
        ({"type": "pagerduty", "value": "two words"}, ["value"]),
        ({"type": "email", "value": "a@b", "label": "x" * 101}, ["label"]),
        ({"type": "email", "value": "nobody", "label": "\0"}, ["label", "value"]),
        ({"type": "email", "value": "a@b", "label": 1}, ["label"]),
    ],
    ids=repr,
)
async def test_what_is_missing_or_wrong_is_named_and_nothing_is_stored(
    writer: httpx.AsyncClient, given: dict[str, Any], fields: list[str]
):
    answer = await writer.post("/v1/contacts", json=given)

    assert [field for field, _ in errors(answer)] == fields
    assert data(await writer.get("/v1/contacts")) == []


async def test_labels_may_be_empty_or_null_and_messages_speak_of_the_value(writer: httpx.AsyncClient):
    assert (await made(writer, label=""))["label"] is None
    assert (await made(writer, label=None))["label"] is None
    contact = await made(writer, label="日本 🎈")
    assert contact["label"] == "日本 🎈"
    assert (await changed(writer, contact, label=None))["label"] is None

    answer = await writer.post("/v1/contacts", json={"type": "url", "value": "x"})

    assert errors(answer) == [("value", "Only absolute http and https URLs can be called")]


async def test_a_change_keeps_what_it_does_not_give(site: Site, clock: MovedClock, writer: httpx.AsyncClient):
    contact = await made(writer, label="Ops")
    clock.move(seconds=5, milliseconds=250)

    assert await changed(writer, contact) == contact
    moved = await changed(writer, contact, value="night@example.org", unknown=1, id=7)
    assert moved == {**contact, "value": "night@example.org", "updatedAt": LATER}
    retyped = await changed(writer, contact, type="url", value="https://hook.test/a")
    assert retyped == {**moved, "type": "url", "value": "https://hook.test/a"}
    assert await changed(writer, contact, label="Boss") == {**retyped, "label": "Boss"}
    [channel] = (await channels.of_contacts(site.database, [contact["id"]]))[contact["id"]]
    assert (channel.kind, channel.name, channel.disabled) == ("url", "Boss", False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"type": "url"}, "value"),
        ({"type": "pagerduty", "value": ""}, "value"),
        ({"value": "https://hook.test"}, "value"),
        ({"value": None}, "value"),
        ({"type": None}, "type"),
        ({"type": "sms"}, "type"),
        ({"label": "x" * 101, "value": "new@example.org"}, "label"),
    ],
    ids=repr,
)
async def test_the_pair_that_results_is_checked_and_nothing_changed_else(
    writer: httpx.AsyncClient, given: dict[str, Any], field: str
):
    contact = await made(writer, label="Ops")

    answer = await writer.patch(f"/v1/contacts/{contact['id']}", json=given)

    assert [name for name, _ in errors(answer)] == [field]
    assert data(await writer.get("/v1/contacts")) == [contact]


async def test_a_type_that_the_value_suits_as_well_may_be_given_alone(writer: httpx.AsyncClient):
    contact = await made(writer, value="a@b")

    assert (await changed(writer, contact, type="pagerduty"))["type"] == "pagerduty"
    assert (await changed(writer, contact, type="email"))["value"] == "a@b"


async def test_other_settings_stay_when_the_value_changes(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
):
    await make_contact(
        site, project.uuid, name="Ops", kind="email", value="ops@example.org", settings={"notify_up": False}
    )
    [contact] = data(await writer.get("/v1/contacts"))

    await changed(writer, contact, value="night@example.org")

    [channel] = await channels.of_project(site.database, project.id)
    settings = opened_settings(site.vault, channel).model_dump()
    assert settings == {"notify_up": False, "notify_down": True, "address": "night@example.org"}


async def test_only_contacts_of_one_such_channel_are_known(
    site: Site, project: ProjectRecord, world: World, writer: httpx.AsyncClient
):
    async def other(kind: str, value: str) -> str:
        given = await make_contact(site, project.uuid, name=kind, kind=kind, value=value, settings={})
        return given["contact"]["id"]

    await other("slack", "https://hooks.slack.com/services/T0/B0/abc")
    both = await other("email", "both@example.org")
    plain = await other("url", "https://hook.test")
    async with site.database.transaction() as unit:
        contact = await channels.contact(unit, project.id, both)
        settings = opened_settings(site.vault, (await channels.of_contacts(unit, [contact.id]))[contact.id][0])
        await channels.add(unit, site.vault, contact, "email", "", settings, site.clock())

    [found] = data(await writer.get("/v1/contacts"))

    assert (found["label"], found["type"], found["value"]) == ("url", "url", "https://hook.test")
    for hidden in await channels.contacts_of(site.database, project.id):
        if hidden.uuid != plain:
            for answer in (
                await writer.get(f"/v1/contacts/{hidden.id}"),
                await writer.patch(f"/v1/contacts/{hidden.id}", json={"label": "x"}),
                await writer.delete(f"/v1/contacts/{hidden.id}"),
            ):
                errors(answer, 404)


async def test_contacts_and_monitors_of_this_api_meet_whichever_is_made_first(site: Site, writer: httpx.AsyncClient):
    early = await made(writer)
    monitor = data(await writer.post("/v1/monitors", json={"name": "m", "frequency": 60}), 201)
    late = await made(writer, type="url", value="https://hook.test")

    assert await told(site, monitor) == [early["id"], late["id"]]
    await changed(writer, early, type="pagerduty", value=KEY)
    assert await told(site, monitor) == [early["id"], late["id"]]
    await writer.delete(f"/v1/contacts/{late['id']}")
    assert await told(site, monitor) == [early["id"]]


async def test_a_channel_of_another_type_is_told_what_the_former_one_was(
    site: Site, world: World, writer: httpx.AsyncClient
):
    contact = await made(writer)
    [mail] = (await channels.of_contacts(site.database, [contact["id"]]))[contact["id"]]
    check = await world.check()
    await world.assign_channel(check, mail)

    await changed(writer, contact, type="url", value="https://hook.test")

    [hook] = (await channels.of_contacts(site.database, [contact["id"]]))[contact["id"]]
    assert await assignments.told(site.database, [check.id]) == {check.id: [hook.uuid]}


async def test_a_contact_too_many_is_refused(monkeypatch: pytest.MonkeyPatch, world: World, writer: httpx.AsyncClient):
    monkeypatch.setattr(contact_resolvers, "MOST_CHANNELS", 2)
    await made(writer)

    answer = await writer.post("/v1/contacts", content=CREATE)

    errors(answer, 403)
    assert "as many" in answer.json()["error"]["message"]


@pytest.mark.parametrize("number", ["999", "9" * 19, "9" * 30, "0", "abc", "-1"])
async def test_what_there_is_not_is_not_found(writer: httpx.AsyncClient, number: str):
    for method in ("GET", "PATCH", "DELETE"):
        errors(await writer.request(method, f"/v1/contacts/{number}"), 404)


async def test_contacts_of_others_are_neither_shown_nor_changed(writer: httpx.AsyncClient, stranger: httpx.AsyncClient):
    contact = await made(writer)

    assert data(await stranger.get("/v1/contacts")) == []
    address = f"/v1/contacts/{contact['id']}"
    for answer in (
        await stranger.get(address),
        await stranger.patch(address, json={"value": 1}),
        await stranger.delete(address),
    ):
        errors(answer, 404)
    assert data(await writer.get("/v1/contacts")) == [contact]
