"""Pushes to Gotify over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, refused, told


@pytest.mark.parametrize(
    ("event", "title", "details", "priority"),
    [(AlertEvent.DOWN, DOWN, DOWN_DETAILS, 9), (AlertEvent.UP, UP, UP_DETAILS, 1)],
)
async def test_a_push_goes_to_the_application(event, title, details, priority, receiver):
    got = await told("gotify", receiver, event)
    assert (got.method, got.target, got.values("X-Gotify-Key")) == ("POST", "/gotify/message", ["s3cret-token"])
    assert json.loads(got.body) == {
        "title": title,
        "message": details,
        "priority": priority,
        "extras": {"client::notification": {"click": {"url": LINK}}},
    }


async def test_a_refusal_may_pass(receiver):
    error = await refused("gotify", receiver, 401)
    assert (str(error), error.permanent) == ("Received status code 401", False)
