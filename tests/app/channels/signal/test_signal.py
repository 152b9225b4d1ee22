"""Calls of signal-cli over the wire."""

import json

import pytest
from pydantic import ValidationError

from app.channels.message import AlertEvent
from app.channels.signal import KIND
from tests.app.channels.signal.example import SETTINGS
from tests.app.channels.trial import DOWN_TEXT, UP_TEXT, refused, told

GROUP = "A" * 42 + "+="


def failed(kind, code=-1):
    results = [{"recipientAddress": {"number": "+37120000002"}, "type": kind}]
    error = {"code": code, "message": "Failed to send message", "data": {"response": {"results": results}}}
    return json.dumps({"jsonrpc": "2.0", "error": error, "id": 1}).encode()


@pytest.mark.parametrize(("event", "text"), [(AlertEvent.DOWN, DOWN_TEXT), (AlertEvent.UP, UP_TEXT)])
async def test_a_message_is_sent_by_the_daemon(event, text, receiver):
    got = await told("signal", receiver, event)
    assert (got.method, got.target) == ("POST", "/api/v1/rpc")
    assert json.loads(got.body) == {
        "jsonrpc": "2.0",
        "method": "send",
        "params": {"account": "+37120000001", "recipient": ["+37120000002"], "message": text},
        "id": 1,
    }


@pytest.mark.parametrize(
    ("recipient", "addressed"),
    [
        ("+37120000002", {"recipient": ["+37120000002"]}),
        ("on_call.42", {"username": ["on_call.42"]}),
        (GROUP, {"groupId": GROUP}),
    ],
)
async def test_a_recipient_is_a_number_a_username_or_a_group(recipient, addressed, receiver):
    got = await told("signal", receiver, settings={"recipient": recipient, "account": None})
    assert json.loads(got.body)["params"] == addressed | {"message": DOWN_TEXT}


@pytest.mark.parametrize("recipient", ["", "20000002", "+0", "name", "name.1", "AAAA=", "+37120000002\n"])
def test_what_is_no_recipient_is_refused(recipient):
    with pytest.raises(ValidationError):
        KIND.Settings.model_validate(SETTINGS | {"recipient": recipient})


@pytest.mark.parametrize(
    ("status", "body", "text", "permanent"),
    [
        (200, failed("UNREGISTERED_FAILURE"), "The recipient is not on Signal", True),
        (
            200,
            failed("RATE_LIMIT_FAILURE", -5),
            "Signal limits the sending account: solve the challenge with signal-cli",
            False,
        ),
        (200, failed("NETWORK_FAILURE"), "Received status code 200: Failed to send message", False),
        (200, b'{"error": {"code": -32602, "data": [1]}}', "Received status code 200", False),
        (500, b"", "Received status code 500", False),
    ],
)
async def test_a_refusal_says_why(status, body, text, permanent, receiver):
    error = await refused("signal", receiver, status, body)
    assert (str(error), error.permanent) == (text, permanent)


def test_the_recipient_is_the_receiver():
    assert KIND.receiver(KIND.Settings.model_validate(SETTINGS)) == "+37120000002"
