"""Messages to a Matrix room over the wire."""

import json
from datetime import timedelta

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.facts import CHANGED_AT, a_ping
from tests.app.channels.trial import DOWN, DOWN_TEXT, LINK, UP, UP_TEXT, refused, told

ROOM = "/_matrix/client/v3/rooms/%21room%3Aexample.org/send/m.room.message/"


@pytest.mark.parametrize(("event", "title", "text"), [(AlertEvent.DOWN, DOWN, DOWN_TEXT), (AlertEvent.UP, UP, UP_TEXT)])
async def test_a_message_is_put_into_the_room(event, title, text, receiver):
    got = await told("matrix", receiver, event)
    assert (got.method, got.target.startswith(ROOM)) == ("PUT", True)
    assert got.values("Authorization") == ["Bearer s3cret-token"]
    content = json.loads(got.body)
    html = content.pop("formatted_body")
    assert content == {
        "msgtype": "m.text",
        "body": text,
        "format": "org.matrix.custom.html",
        "m.mentions": {},
    }
    assert html.startswith(f'<a href="{LINK}"><b>{title}</b></a><ul><li><b>')
    assert html.endswith("<li><b>Last ping body:</b> disk is full</li></ul>")


async def test_what_comes_from_a_check_is_no_markup(receiver):
    facts = {"name": '<img src="x">', "last_ping": a_ping(body=b"a\n<b>")}
    content = json.loads((await told("matrix", receiver, AlertEvent.DOWN, **facts)).body)
    assert "<b>“&lt;img src=&quot;x&quot;&gt;” is DOWN.</b>" in content["formatted_body"]
    assert "a<br>&lt;b&gt;" in content["formatted_body"]


async def test_a_message_sent_twice_has_one_transaction_and_another_has_another(receiver):
    first = await told("matrix", receiver)
    again = await told("matrix", receiver, AlertEvent.DOWN, ping_count=99)
    others = [
        await told("matrix", receiver, AlertEvent.UP),
        await told("matrix", receiver, AlertEvent.DOWN, changed_at=CHANGED_AT + timedelta(seconds=1)),
        await told("matrix", receiver, AlertEvent.DOWN, uuid="0" * 32),
        await told("matrix", receiver, AlertEvent.REMINDER, downtime=timedelta(hours=1)),
        await told("matrix", receiver, AlertEvent.REMINDER, downtime=timedelta(hours=2)),
    ]
    assert again.target == first.target
    assert len({got.target for got in [first, *others]}) == 6


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (403, "M_FORBIDDEN", True),
        (401, "M_UNKNOWN_TOKEN", True),
        (403, "M_USER_DEACTIVATED", True),
        (429, "M_LIMIT_EXCEEDED", False),
    ],
)
async def test_a_refusal_is_told_in_the_homeservers_words(status, code, permanent, receiver):
    error = await refused("matrix", receiver, status, f'{{"errcode": "{code}", "error": "So it is."}}'.encode())
    assert (str(error), error.permanent) == (f"Received status code {status}: So it is.", permanent)


@pytest.mark.parametrize("body", [b"<html>", b'{"errcode": ["M_FORBIDDEN"]}'])
async def test_another_refusal_is_told_by_its_status(body, receiver):
    error = await refused("matrix", receiver, 502, body)
    assert (str(error), error.permanent) == ("Received status code 502", False)
