"""Pushes to ntfy over the wire."""

import json

import pytest
from pydantic import ValidationError

from app.channels.message import AlertEvent
from app.channels.ntfy import KIND
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, refused, told


@pytest.mark.parametrize(
    ("event", "title", "details", "priority", "tag"),
    [
        (AlertEvent.DOWN, DOWN, DOWN_DETAILS, 4, "rotating_light"),
        (AlertEvent.UP, UP, UP_DETAILS, 2, "white_check_mark"),
    ],
)
async def test_a_push_goes_to_the_topic(event, title, details, priority, tag, receiver):
    got = await told("ntfy", receiver, event)
    assert (got.method, got.target, got.values("Authorization")) == ("POST", "/", ["Bearer tk_s3cret"])
    assert json.loads(got.body) == {
        "topic": "backups",
        "title": title,
        "message": details,
        "priority": priority,
        "tags": [tag],
        "click": LINK,
    }


async def test_an_open_topic_needs_no_token(receiver):
    assert (await told("ntfy", receiver, settings={"token": None})).values("Authorization") == []


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (403, False), (429, False)])
async def test_a_topic_that_is_gone_is_gone_for_good(status, permanent, receiver):
    assert (await refused("ntfy", receiver, status)).permanent is permanent


@pytest.mark.parametrize("wrong", [{"topic": "a/b"}, {"token": "a\r\nX-Evil: 1"}, {"priority_up": 6}, {"server": "h"}])
def test_what_would_break_the_request_is_refused(wrong):
    with pytest.raises(ValidationError):
        KIND.Settings.model_validate({"topic": "backups"} | wrong)


def test_the_topic_on_its_server_is_the_receiver():
    settings = KIND.Settings.model_validate(KIND.from_value("backups", {}))
    assert KIND.receiver(settings) == "https://ntfy.sh/backups"
