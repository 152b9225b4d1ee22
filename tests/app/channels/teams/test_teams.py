"""Adaptive Cards over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.trial import DOWN, DOWN_DETAILS, LINK, UP, UP_DETAILS, told


def runs(block):
    assert block["type"] == "RichTextBlock"
    assert {run["type"] for run in block["inlines"]} == {"TextRun"}
    return "".join(run["text"] for run in block["inlines"])


@pytest.mark.parametrize(
    ("event", "title", "color", "details"),
    [(AlertEvent.DOWN, DOWN, "attention", DOWN_DETAILS), (AlertEvent.UP, UP, "good", UP_DETAILS)],
)
async def test_a_card_is_posted_to_the_workflow(event, title, color, details, receiver):
    got = await told("teams", receiver, event)
    assert (got.method, got.target, got.values("Content-Type")) == ("POST", "/hooks/s3cret-hook", ["application/json"])
    message = json.loads(got.body)
    [attachment] = message["attachments"]
    card = attachment["content"]
    assert (message["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"], card["fallbackText"]) == ("AdaptiveCard", "1.2", title)
    assert [runs(block) for block in card["body"]] == [title, *details.splitlines()]
    assert card["body"][0]["inlines"][0]["color"] == color
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the check", "url": LINK}]
