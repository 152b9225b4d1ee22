"""Cards of Google Chat over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, told


@pytest.mark.parametrize(
    ("event", "title", "details"), [(AlertEvent.DOWN, DOWN, DOWN_DETAILS), (AlertEvent.UP, UP, UP_DETAILS)]
)
async def test_a_card_is_posted_to_the_space(event, title, details, receiver):
    url = f"{receiver.url}/v1/spaces/A/messages?key=k&token=t"
    got = await told("googlechat", receiver, event, settings={"url": url})
    assert (got.method, got.target) == ("POST", "/v1/spaces/A/messages?key=k&token=t")
    message = json.loads(got.body)
    [shown] = message["cardsV2"]
    [section] = shown["card"]["sections"]
    *facts, buttons = section["widgets"]
    assert (message["fallbackText"], shown["card"]["header"]) == (title, {"title": title})
    assert [f"{each['decoratedText']['topLabel']}: {each['decoratedText']['text']}" for each in facts] == (
        details.splitlines()
    )
    assert buttons == {"buttonList": {"buttons": [{"text": "Open the check", "onClick": {"openLink": {"url": LINK}}}]}}


async def test_what_stands_in_a_card_is_escaped(receiver):
    got = await told("googlechat", receiver, AlertEvent.DOWN, description='<a href="x">&')
    assert '"text":"&lt;a href=\\"x\\"&gt;&amp;"' in got.body.decode()
