"""Pushes by Pushbullet over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, refused, told


@pytest.mark.parametrize(
    ("event", "title", "details"), [(AlertEvent.DOWN, DOWN, DOWN_DETAILS), (AlertEvent.UP, UP, UP_DETAILS)]
)
async def test_a_push_goes_to_the_account(event, title, details, receiver):
    got = await told("pushbullet", receiver, event)
    assert (got.method, got.target, got.values("Access-Token")) == ("POST", "/v2/pushes", ["o.s3cret"])
    assert json.loads(got.body) == {"type": "link", "title": title, "body": details, "url": LINK}


async def test_a_refusal_may_pass(receiver):
    error = await refused("pushbullet", receiver, 401)
    assert (str(error), error.permanent) == ("Received status code 401", False)
