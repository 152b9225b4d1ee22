"""Messages of a Telegram bot over the wire."""

import json

import pytest
from pydantic import ValidationError

from app.channels.message import AlertEvent
from app.channels.telegram import KIND
from tests.app.channels.telegram.example import SETTINGS
from tests.app.channels.trial import DOWN_TEXT, UP_TEXT, refused, told

MIGRATED = b"""{"ok": false, "error_code": 400, "parameters": {"migrate_to_chat_id": -1009},
    "description": "Bad Request: group chat was upgraded to a supergroup chat"}"""


@pytest.mark.parametrize(("event", "text"), [(AlertEvent.DOWN, DOWN_TEXT), (AlertEvent.UP, UP_TEXT)])
async def test_a_message_goes_to_the_chat(event, text, receiver):
    got = await told("telegram", receiver, event)
    assert (got.method, got.target) == ("POST", "/bot123456:s3cret-token/sendMessage")
    assert json.loads(got.body) == {
        "chat_id": "-1001234567890",
        "text": text,
        "link_preview_options": {"is_disabled": True},
        "message_thread_id": 7,
    }


async def test_without_a_topic_none_is_named(receiver):
    assert "message_thread_id" not in json.loads((await told("telegram", receiver, settings={"thread_id": None})).body)


@pytest.mark.parametrize(
    ("status", "description", "permanent"),
    [
        (403, "Forbidden: bot was blocked by the user", True),
        (403, "Forbidden: bot was kicked from the group chat", True),
        (400, "Bad Request: chat not found", True),
        (400, "Bad Request: message thread not found", False),
    ],
)
async def test_a_refusal_is_told_in_telegrams_words(status, description, permanent, receiver):
    body = json.dumps({"ok": False, "error_code": status, "description": description}).encode()
    error = await refused("telegram", receiver, status, body)
    assert (str(error), error.permanent) == (f"Received status code {status}: {description}", permanent)


@pytest.mark.parametrize(("status", "body"), [(401, b'{"ok": false}'), (429, b'{"parameters": {}}'), (500, b"<html>")])
async def test_another_refusal_is_told_by_its_status(status, body, receiver):
    error = await refused("telegram", receiver, status, body)
    assert (str(error), error.permanent) == (f"Received status code {status}", False)


async def test_a_group_that_became_a_supergroup_is_told_with_its_new_id(receiver):
    error = await refused("telegram", receiver, 400, MIGRATED)
    assert error.permanent
    assert str(error) == "The group has become a supergroup: make a channel with its new chat id, -1009"


@pytest.mark.parametrize(
    "wrong", [{"chat_id": "ops"}, {"chat_id": "@x"}, {"bot_token": "123"}, {"bot_token": "1:a/../b"}, {"thread_id": 0}]
)
def test_what_is_no_chat_or_token_is_refused(wrong):
    with pytest.raises(ValidationError):
        KIND.Settings.model_validate(SETTINGS | wrong)


def test_the_chat_is_the_receiver():
    assert KIND.receiver(KIND.Settings.model_validate(SETTINGS)) == "-1001234567890"
