"""Get a List of Existing Integrations."""

import httpx

from app.channels.registry import channel_kinds
from app.site import Site
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.wire import CHANNEL_KINDS
from tests.rest_compat.healthchecks.given import a_channel, a_project

EXAMPLE = {
    "channels": [
        {"id": "4ec5a071-2d08-4baa-898a-eb4eb3cd6941", "name": "My Work Email", "kind": "email"},
        {"id": "746a083e-f542-4554-be1a-707ce16d3acc", "name": "My Phone", "kind": "sms"},
    ]
}


DOCUMENTED = {
    "apprise", "call", "discord", "email", "github", "googlechat", "gotify", "group", "matrix", "mattermost",
    "msteamsw", "ntfy", "opsgenie", "pagertree", "pd", "po", "pushbullet", "rocketchat", "shell", "signal", "slack",
    "sms", "spike", "telegram", "trello", "victorops", "webhook", "whatsapp", "zulip",
}  # fmt: skip
"""The kinds of section 12."""


async def test_the_example(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    for channel in EXAMPLE["channels"]:
        await a_channel(site, project, channel["name"], channel["kind"], channel["id"])
    await a_channel(site, await a_project(site), "Theirs")

    answer = await writer.get("/api/v1/channels/")

    assert (answer.status_code, answer.json()) == (200, EXAMPLE)


async def test_a_read_only_key_sees_no_channels(reader: httpx.AsyncClient):
    answer = await reader.get("/api/v1/channels/")

    assert (answer.status_code, answer.json()) == (401, {"error": "wrong api key"})


async def test_kinds_have_the_names_that_clients_know(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    for kind in ("pagerduty", "pushover", "splunk_oncall", "teams", "group", "shell", "apprise"):
        await a_channel(site, project, kind, kind)

    answer = await writer.get("/api/v1/channels/")

    assert {one["name"]: one["kind"] for one in answer.json()["channels"]} == {
        "pagerduty": "pd",
        "pushover": "po",
        "splunk_oncall": "victorops",
        "teams": "msteamsw",
        "group": "group",
        "shell": "shell",
        "apprise": "apprise",
    }


def test_every_documented_kind_is_offered_and_every_offered_one_is_documented():
    assert {CHANNEL_KINDS.get(kind, kind) for kind in channel_kinds()} == DOCUMENTED
