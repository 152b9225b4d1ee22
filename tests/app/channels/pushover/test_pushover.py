"""Pushes by Pushover over the wire."""

from urllib.parse import parse_qsl

import pytest

from app.channels.message import AlertEvent
from app.channels.pushover import KIND
from tests.app.channels.pushover.example import SETTINGS
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, refused, told


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            AlertEvent.DOWN,
            {"title": DOWN, "message": DOWN_DETAILS, "priority": "2", "retry": "60", "expire": "10800"},
        ),
        (AlertEvent.UP, {"title": UP, "message": UP_DETAILS, "priority": "-1"}),
    ],
)
async def test_a_push_goes_to_the_user_and_only_an_emergency_is_repeated(event, expected, receiver):
    got = await told("pushover", receiver, event)
    assert (got.method, got.target) == ("POST", "/1/messages.json")
    assert got.values("Content-Type") == ["application/x-www-form-urlencoded"]
    assert dict(parse_qsl(got.body.decode())) == expected | {
        "token": SETTINGS["token"],
        "user": SETTINGS["user_key"],
        "timestamp": "1772366430",
        "url": LINK,
        "url_title": "Open the check",
    }


async def test_a_link_that_is_too_long_is_left_out(receiver):
    got = await told("pushover", receiver, AlertEvent.DOWN, url=f"https://h/{'x' * 510}")
    assert {"url", "url_title"} & dict(parse_qsl(got.body.decode())).keys() == set()


@pytest.mark.parametrize(
    ("body", "text", "permanent"),
    [
        (
            b'{"user": "invalid", "errors": ["user identifier is invalid"], "status": 0}',
            "Received status code 400: user identifier is invalid",
            True,
        ),
        (b'{"token": "invalid", "errors": ["a", "b"], "status": 0}', "Received status code 400: a; b", False),
        (b"<html>", "Received status code 400", False),
    ],
)
async def test_an_invalid_user_is_invalid_for_good(body, text, permanent, receiver):
    error = await refused("pushover", receiver, 400, body)
    assert (str(error), error.permanent) == (text, permanent)


def test_the_user_is_the_receiver():
    assert KIND.receiver(KIND.Settings.model_validate(SETTINGS)) == SETTINGS["user_key"]
