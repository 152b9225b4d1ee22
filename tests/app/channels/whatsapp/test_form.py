"""What a WhatsApp message says."""

import json
from urllib.parse import parse_qsl

import pytest

from app.channels.message import AlertEvent
from app.rules.states import FlipReason
from tests.app.channels.trial import told

ENDS = {"To": "whatsapp:+15005550006", "From": "whatsapp:+15005550001"}
LINK = "https://monitor.example.org/cloaked/0123abcd/"


@pytest.fixture(autouse=True)
def twilio(receiver, monkeypatch):
    monkeypatch.setattr("app.channels.twilio.API", receiver.url)


async def form(receiver, event=AlertEvent.DOWN, **more):
    got = await told("whatsapp", receiver, event, **more)
    return dict(parse_qsl(got.body.decode(), strict_parsing=True))


@pytest.mark.parametrize(
    ("event", "variables"),
    [
        (
            AlertEvent.DOWN,
            ["“Nightly backup” is DOWN.", "success signal did not arrive on time, grace time passed", LINK],
        ),
        (AlertEvent.UP, ["“Nightly backup” is UP.", "Downtime: 1 hour 30 minutes", LINK]),
        (AlertEvent.TEST, ["“Nightly backup” sends a test.", "-", LINK]),
    ],
)
async def test_a_template_is_filled(receiver, event, variables):
    got = await form(receiver, event)
    assert json.loads(got.pop("ContentVariables")) == dict(zip("123", variables, strict=True))
    assert got == ENDS | {"ContentSid": "HX00112233445566778899aabbccddeeff"}


async def test_no_variable_breaks_a_line_or_is_empty(receiver):
    got = await form(receiver, name="a\n\tb     c", reason=FlipReason.NONE)
    assert json.loads(got["ContentVariables"]) == {"1": "“a b c” is DOWN.", "2": "-", "3": LINK}


async def test_without_a_template_plain_text_is_sent(receiver):
    got = await form(receiver, settings={"content_sid": ""})
    body = got.pop("Body")
    assert got == ENDS
    assert body.startswith("“Nightly backup” is DOWN.\n")
    assert body.endswith(f"\n{LINK}")


@pytest.mark.parametrize("text", ["👩\u200d💻" * 500, "é\n" * 2000, "\ud800" * 2000])
async def test_plain_text_is_cut_before_its_link(receiver, text):
    got = await form(receiver, settings={"content_sid": ""}, description=text, project=text, tags=(text,))
    assert len(got["Body"].encode("utf-16-le")) <= 2 * 1600
    assert got["Body"].endswith(f"\n{LINK}")
