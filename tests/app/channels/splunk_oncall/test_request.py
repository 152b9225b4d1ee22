"""Incidents of Splunk On-Call over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from app.ids import unique_key
from tests.app.channels.facts import UUID
from tests.app.channels.trial import refused, told


@pytest.mark.parametrize(
    ("event", "kind", "name", "said"),
    [
        (AlertEvent.DOWN, "CRITICAL", "“Nightly backup” is DOWN.", "disk is full"),
        (AlertEvent.REMINDER, "CRITICAL", "“Nightly backup” is still DOWN.", "disk is full"),
        (AlertEvent.UP, "RECOVERY", "“Nightly backup” is UP.", "Downtime: 1 hour 30 minutes"),
    ],
)
async def test_down_is_critical_and_up_recovers(receiver, event, kind, name, said):
    got = await told("splunk_oncall", receiver, event)
    assert (got.method, got.target) == ("POST", "/hooks/s3cret-key")
    body = json.loads(got.body)
    assert said in body.pop("state_message")
    assert body == {
        "message_type": kind,
        "entity_id": unique_key(UUID),
        "entity_display_name": name,
        "state_start_time": 1772366430,
        "monitoring_tool": "Heliograph",
    }


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (500, False)])
async def test_an_integration_that_is_gone_is_permanent(receiver, status, permanent):
    assert (await refused("splunk_oncall", receiver, status)).permanent is permanent
