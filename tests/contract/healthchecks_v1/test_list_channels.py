"""Get a List of Existing Integrations."""

import httpx

from app.site import Site
from app.store.projects import ProjectRecord
from tests.rest_compat.healthchecks.given import a_channel, a_project

EXAMPLE = {
    "channels": [
        {"id": "4ec5a071-2d08-4baa-898a-eb4eb3cd6941", "name": "My Work Email", "kind": "email"},
        {"id": "746a083e-f542-4554-be1a-707ce16d3acc", "name": "My Phone", "kind": "sms"},
    ]
}


async def test_the_example(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    for channel in EXAMPLE["channels"]:
        await a_channel(site, project, channel["name"], channel["kind"], channel["id"])
    await a_channel(site, await a_project(site), "Theirs")

    answer = await writer.get("/api/v1/channels/")

    assert (answer.status_code, answer.json()) == (200, EXAMPLE)


async def test_a_read_only_key_sees_no_channels(reader: httpx.AsyncClient):
    answer = await reader.get("/api/v1/channels/")

    assert (answer.status_code, answer.json()) == (401, {"error": "wrong api key"})
