"""Messages of a Zulip bot over the wire."""

from urllib.parse import parse_qsl

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, refused, told


@pytest.mark.parametrize(
    ("event", "title", "details"), [(AlertEvent.DOWN, DOWN, DOWN_DETAILS), (AlertEvent.UP, UP, UP_DETAILS)]
)
async def test_a_message_goes_to_a_topic(event, title, details, receiver):
    got = await told("zulip", receiver, event)
    assert (got.method, got.target) == ("POST", "/api/v1/messages")
    assert got.values("Content-Type") == ["application/x-www-form-urlencoded"]
    assert got.values("Authorization") == ["Basic YWxlcnRzLWJvdEBleGFtcGxlLm9yZzpzM2NyZXQta2V5"]
    assert dict(parse_qsl(got.body.decode())) == {
        "type": "stream",
        "to": "ops & more",
        "topic": "Backups",
        "content": f"```\n{title}\n{details}\n```\n[Open the check]({LINK})",
    }


async def test_without_a_topic_it_is_the_checks_name(receiver):
    got = await told("zulip", receiver, AlertEvent.DOWN, settings={"topic": ""}, name="x" * 70)
    assert dict(parse_qsl(got.body.decode()))["topic"] == "x" * 60


async def test_a_private_message_has_a_list_of_receivers_and_no_topic(receiver):
    got = await told("zulip", receiver, settings={"type": "private", "to": 'a"b@example.org'})
    form = dict(parse_qsl(got.body.decode()))
    assert (form["type"], form["to"], "topic" in form) == ("private", r'["a\"b@example.org"]', False)


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (400, "STREAM_DOES_NOT_EXIST", True),
        (401, "USER_DEACTIVATED", True),
        (401, "REALM_DEACTIVATED", True),
        (401, "INVALID_API_KEY", False),
        (429, "RATE_LIMIT_HIT", False),
    ],
)
async def test_a_refusal_is_told_in_zulips_words(status, code, permanent, receiver):
    body = f'{{"result": "error", "msg": "So it is.", "code": "{code}"}}'.encode()
    error = await refused("zulip", receiver, status, body)
    assert (str(error), error.permanent) == (f"Received status code {status}: So it is.", permanent)
