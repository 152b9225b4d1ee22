"""Incidents of Spike over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from app.ids import unique_key
from tests.app.channels.facts import UUID
from tests.app.channels.trial import refused, told

TITLE = f"“Nightly backup” is DOWN. ({unique_key(UUID)[:13]})"


@pytest.mark.parametrize(
    ("event", "more"),
    [(AlertEvent.DOWN, {}), (AlertEvent.REMINDER, {}), (AlertEvent.UP, {"status": "resolve"})],
)
async def test_up_resolves_what_down_opened_under_the_same_title(receiver, event, more):
    got = await told("spike", receiver, event)
    assert (got.method, got.target) == ("POST", "/hooks/s3cret-key")
    body = json.loads(got.body)
    assert "disk is full" in body.pop("body")
    assert body == {"title": TITLE} | more


async def test_a_test_says_that_it_is_one(receiver):
    await told("spike", receiver, AlertEvent.TEST)
    assert json.loads(receiver.requests[0].body)["title"].startswith("“Nightly backup” sends a test. (test-")


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (500, False)])
async def test_an_integration_that_is_gone_is_permanent(receiver, status, permanent):
    assert (await refused("spike", receiver, status)).permanent is permanent
