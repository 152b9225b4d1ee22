"""What all kinds share that leave a ticket."""

import pytest

from app.channels.message import AlertEvent
from app.channels.registry import channel_kind
from app.channels.ticket import ticket_text
from tests.app.channels.facts import a_message, a_ping
from tests.app.channels.saved import saved

LINK = "https://monitor.example.org/cloaked/0123abcd/"


@pytest.mark.parametrize("kind", ["github", "trello"])
def test_one_outage_is_one_ticket(kind):
    settings = saved(kind)
    kept_back = [event for event in AlertEvent if channel_kind(kind).is_noop(settings, event)]
    assert kept_back == [AlertEvent.UP, AlertEvent.REMINDER]


def test_all_but_the_link_is_code():
    text = ticket_text(a_message(description="@everyone **look**"), 10_000)
    head, _, block = text.partition("\n\n")
    assert head == LINK
    assert block.startswith("```\n")
    assert block.endswith("\n```")
    assert "Description: @everyone **look**\n" in block
    assert "disk is full" in block


def test_nothing_leaves_the_code():
    text = ticket_text(a_message(last_ping=a_ping(body=b"`````\n@everyone\n```\n")), 10_000)
    assert text.count("```") == 2
    assert text.endswith("\n```")


@pytest.mark.parametrize("limit", [200, 500, 1000])
def test_a_long_text_is_cut_and_its_block_closed(limit):
    text = ticket_text(a_message(description="é" * 400, last_ping=a_ping(body=b"`" * 5000)), limit)
    assert limit - 4 <= len(text.encode()) <= limit
    assert text.endswith("\n```")
