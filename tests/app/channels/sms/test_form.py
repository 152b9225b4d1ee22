"""What an SMS says."""

from urllib.parse import parse_qsl

import pytest
from pydantic import ValidationError

from app.channels.message import AlertEvent
from tests.app.channels.saved import saved
from tests.app.channels.trial import told

LINK = "https://monitor.example.org/cloaked/0123abcd/"


@pytest.fixture(autouse=True)
def twilio(receiver, monkeypatch):
    monkeypatch.setattr("app.channels.twilio.API", receiver.url)


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (
            AlertEvent.DOWN,
            ["DOWN | Nightly backup", "success signal did not arrive on time, grace time passed", LINK],
        ),
        (AlertEvent.UP, ["UP | Nightly backup", "Downtime: 1 hour 30 minutes", LINK]),
        (AlertEvent.REMINDER, ["REMINDER | Nightly backup", LINK]),
    ],
)
async def test_it_is_short(receiver, event, lines):
    got = await told("sms", receiver, event)
    form = dict(parse_qsl(got.body.decode(), strict_parsing=True))
    assert form == {"To": "+15005550006", "From": "Monitoring", "Body": "\n".join(lines)}


@pytest.mark.parametrize("sender", ["+15005550001", "12345", "Acme Ops"])
def test_a_sender_is_a_number_a_short_code_or_a_name(sender):
    assert saved("sms", sender=sender).sender == sender


@pytest.mark.parametrize("sender", ["", "A much too long name", "+0123", "Ops!"])
def test_another_sender_is_refused(sender):
    with pytest.raises(ValidationError):
        saved("sms", sender=sender)
