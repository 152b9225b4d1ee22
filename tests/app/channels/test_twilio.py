"""What SMS, WhatsApp and calls share: the account, the report that is asked for, the errors."""

from base64 import b64decode
from urllib.parse import parse_qsl

import pytest
from pydantic import ValidationError

from app.channels.message import AlertEvent
from app.channels.registry import channel_kind, channel_kinds
from tests.app.channels.facts import a_gateway, a_message
from tests.app.channels.saved import saved
from tests.app.channels.trial import refused, told

PHONES = ("call", "sms", "whatsapp")
REPORTS = "https://monitor.example.org/api/v3/notifications/0123/status"


@pytest.fixture(params=PHONES)
def phone(request):
    return request.param


@pytest.fixture(autouse=True)
def twilio(receiver, monkeypatch):
    monkeypatch.setattr("app.channels.twilio.API", receiver.url)


def test_these_kinds_cost_money():
    assert tuple(name for name, kind in channel_kinds().items() if kind.by_phone) == PHONES


async def test_the_account_is_in_path_and_authorization(receiver, phone):
    got = await told(phone, receiver)
    resource = "Calls" if phone == "call" else "Messages"
    assert got.method == "POST"
    assert got.target == f"/2010-04-01/Accounts/AC00112233445566778899aabbccddeeff/{resource}.json"
    assert got.values("Content-Type") == ["application/x-www-form-urlencoded"]
    [authorization] = got.values("Authorization")
    assert b64decode(authorization.removeprefix("Basic ")) == b"AC00112233445566778899aabbccddeeff:s3cret-token"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (REPORTS, REPORTS),
        ("http://198.51.100.7/status", None),
        ("https://8.8.8.8/status", "https://8.8.8.8/status"),
        ("http://127.0.0.1:8000/status", None),
        ("http://localhost:8000/status", None),
        ("http://my_host.example.org/status", None),
        (None, None),
    ],
)
async def test_a_report_is_asked_for_where_it_can_come(receiver, phone, url, asked):
    await channel_kind(phone).send(saved(phone), a_message(), a_gateway(status_url=url))
    form = dict(parse_qsl(receiver.requests[0].body.decode(), strict_parsing=True))
    assert form.get("StatusCallback") == asked


@pytest.mark.parametrize(
    ("code", "permanent"),
    [(21211, True), (21214, True), (21217, True), (21610, True), (21614, True), (21635, True), (21608, False)],
)
async def test_a_number_that_is_none_is_permanent(receiver, phone, code, permanent):
    error = await refused(phone, receiver, 400, f'{{"code": {code}, "message": "It is so.", "status": 400}}'.encode())
    assert (str(error), error.permanent) == ("Received status code 400: It is so.", permanent)
    assert len(receiver.requests) == (1 if permanent else 3)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[21211]", b'{"code": [21211], "message": {}}'])
async def test_an_answer_of_another_shape_is_a_plain_refusal(receiver, phone, body):
    error = await refused(phone, receiver, 503, body)
    assert (str(error), error.permanent) == ("Received status code 503", False)


@pytest.mark.parametrize("number", ["015005550006", "+05005550006", "+1 500 555 0006", "+12", "+1234567890123456", ""])
def test_only_numbers_with_their_country_code_are_taken(phone, number):
    with pytest.raises(ValidationError):
        saved(phone, to=number)


def test_the_value_is_the_number_to_reach(phone):
    settings = channel_kind(phone).from_value("+15005550007", {"sender": "+15005550001"})
    assert settings == {"to": "+15005550007", "sender": "+15005550001"}


def test_messages_have_a_choice_and_calls_are_of_what_is_down():
    both = {"notify_up": True, "notify_down": False}
    for name in ("sms", "whatsapp"):
        kept_back = [e for e in AlertEvent if channel_kind(name).is_noop(saved(name, **both), e)]
        assert kept_back == [AlertEvent.DOWN, AlertEvent.REMINDER]
    kept_back = [event for event in AlertEvent if channel_kind("call").is_noop(saved("call"), event)]
    assert kept_back == [AlertEvent.UP]
