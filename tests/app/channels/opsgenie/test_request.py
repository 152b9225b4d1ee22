"""Alerts of Opsgenie over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from app.ids import unique_key
from tests.app.channels.facts import UUID
from tests.app.channels.trial import refused, told


@pytest.fixture(autouse=True)
def regions(receiver, monkeypatch):
    monkeypatch.setattr("app.channels.opsgenie.REGIONS", {name: f"{receiver.url}/{name}" for name in ("eu", "us")})


@pytest.mark.parametrize("region", ["eu", "us"])
async def test_down_creates_an_alert_in_its_region(receiver, region):
    got = await told("opsgenie", receiver, settings={"region": region})
    assert (got.method, got.target) == ("POST", f"/{region}/v2/alerts")
    assert got.values("Authorization") == ["GenieKey s3cret-key"]
    alert = json.loads(got.body)
    description = alert.pop("description")
    assert alert == {
        "alias": unique_key(UUID),
        "message": "“Nightly backup” is DOWN.",
        "tags": ["prod", "db"],
        "source": "Heliograph",
    }
    assert "disk is full" in description


async def test_up_closes_by_the_alias(receiver):
    got = await told("opsgenie", receiver, AlertEvent.UP)
    assert got.target == f"/eu/v2/alerts/{unique_key(UUID)}/close?identifierType=alias"
    note = json.loads(got.body)
    assert note["source"] == "Heliograph"
    assert "Downtime: 1 hour 30 minutes" in note["note"]


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (422, False), (429, False)])
async def test_a_key_that_is_not_known_is_permanent(receiver, status, permanent):
    assert (await refused("opsgenie", receiver, status)).permanent is permanent
