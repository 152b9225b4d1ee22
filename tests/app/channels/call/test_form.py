"""What a call says."""

from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import pytest

from tests.app.channels.trial import told


@pytest.fixture(autouse=True)
def twilio(receiver, monkeypatch):
    monkeypatch.setattr("app.channels.twilio.API", receiver.url)


async def form(receiver, **facts):
    got = await told("call", receiver, **facts)
    return dict(parse_qsl(got.body.decode(), strict_parsing=True))


async def test_the_alert_is_read_aloud(receiver):
    why = "success signal did not arrive on time, grace time passed"
    said = f"This is Heliograph. “Nightly backup” is DOWN. {why}"
    assert await form(receiver) == {
        "To": "+15005550006",
        "From": "+15005550001",
        "Twiml": f"<Response><Say>{said}</Say></Response>",
    }


async def test_a_name_cannot_add_a_verb(receiver):
    twiml = (await form(receiver, name="</Say><Dial>+1900</Dial>&"))["Twiml"]
    [say] = ET.fromstring(twiml)
    assert say.tag == "Say"
    assert "“</Say><Dial>+1900</Dial>&” is DOWN." in say.text
