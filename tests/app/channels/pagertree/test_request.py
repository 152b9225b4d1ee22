"""Alerts of PagerTree over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from app.ids import unique_key
from tests.app.channels.facts import UUID
from tests.app.channels.trial import refused, told


@pytest.mark.parametrize(
    ("event", "does", "title"),
    [
        (AlertEvent.DOWN, "create", "“Nightly backup” is DOWN."),
        (AlertEvent.UP, "resolve", "“Nightly backup” is UP."),
    ],
)
async def test_down_creates_and_up_resolves(receiver, event, does, title):
    got = await told("pagertree", receiver, event)
    assert (got.method, got.target) == ("POST", "/hooks/s3cret-key")
    body = json.loads(got.body)
    assert "disk is full" in body.pop("Description")
    assert body == {
        "event_type": does,
        "Id": unique_key(UUID),
        "Title": title,
        "Tags": ["prod", "db"],
        "Meta": {"url": "https://monitor.example.org/cloaked/0123abcd/"},
    }


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (429, False)])
async def test_an_integration_that_is_gone_is_permanent(receiver, status, permanent):
    assert (await refused("pagertree", receiver, status)).permanent is permanent
