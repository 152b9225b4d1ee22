"""What is posted to a URL (specs/apiscience.md section 13)."""

import json

import pytest

from app.channels.message import AlertEvent
from app.channels.registry import channel_kind
from tests.app.channels.facts import a_message, a_monitor_message
from tests.app.channels.saved import saved
from tests.app.channels.trial import send
from tests.app.receiver import Receiver

HERE = {"notify_up": True}


@pytest.mark.parametrize(("event", "name"), [(AlertEvent.DOWN, "monitor.down"), (AlertEvent.UP, "monitor.up")])
async def test_a_monitor_is_posted_with_the_run_that_decided(receiver: Receiver, event, name):
    await send("url", receiver, a_monitor_message(event), HERE)

    [got] = receiver.requests
    assert (got.method, got.target, got.values("Content-Type")) == ("POST", "/alerts", ["application/json"])
    assert json.loads(got.body) == {
        "event": name,
        "monitor": {"id": 7, "name": "Web shop"},
        "check": {"id": 9, "status": "failure"},
    }


@pytest.mark.parametrize(("event", "name"), [(AlertEvent.DOWN, "check.down"), (AlertEvent.UP, "check.up")])
async def test_a_check_is_posted_as_its_own_object(receiver: Receiver, event, name):
    await send("url", receiver, a_message(event), HERE)

    assert json.loads(receiver.requests[0].body) == {"event": name, "check": json.loads(a_message().json)}


async def test_a_test_is_named_so(receiver: Receiver):
    await send("url", receiver, a_message(AlertEvent.TEST), {})

    [got] = receiver.requests
    assert json.loads(got.body)["event"] == "test"


async def test_halves_of_characters_are_replaced(receiver: Receiver):
    await send("url", receiver, a_message(json='{"name":"\ud800"}'), {})

    assert json.loads(receiver.requests[0].body)["check"] == {"name": "?"}


@pytest.mark.parametrize(
    ("event", "still"),
    [(AlertEvent.DOWN, False), (AlertEvent.UP, True), (AlertEvent.REMINDER, True), (AlertEvent.TEST, False)],
)
def test_changes_of_state_alone_are_told(event, still):
    assert channel_kind("url").is_noop(saved("url"), event) is still


def test_the_url_is_shown_without_its_credentials():
    kind = channel_kind("url")
    assert kind.redacted(saved("url"))["url"] == "http://********@127.0.0.1:1/alerts"
    plain = kind.Settings.model_validate(kind.from_value("https://example.org/a?b=c", {}))
    assert kind.redacted(plain) == {"url": "https://example.org/a?b=c", "notify_up": True, "notify_down": True}
