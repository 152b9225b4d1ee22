"""Events of PagerDuty over the wire."""

import json

import pytest

from app.channels.message import AlertEvent
from app.ids import unique_key
from tests.app.channels.facts import UUID, a_monitor_message
from tests.app.channels.trial import refused, told

NAMES = {"routing_key": "s3cretkey00000000000000000000000", "dedup_key": unique_key(UUID)}
LINK = "https://monitor.example.org/cloaked/0123abcd/"


async def test_down_triggers(receiver):
    got = await told("pagerduty", receiver)
    assert (got.method, got.target, got.values("Content-Type")) == ("POST", "/v2/enqueue", ["application/json"])
    event = json.loads(got.body)
    details = event["payload"].pop("custom_details")
    assert event == NAMES | {
        "event_action": "trigger",
        "client": "Heliograph",
        "client_url": LINK,
        "links": [{"href": LINK, "text": "The check"}],
        "payload": {
            "summary": "“Nightly backup” is DOWN.",
            "source": "Nightly backup",
            "severity": "critical",
            "timestamp": "2026-03-01T12:00:30.987654+00:00",
        },
    }
    assert details["Reason"] == "success signal did not arrive on time, grace time passed"
    assert (details["Project"], details["Last ping body"]) == ("Shop", "disk is full")


async def test_a_monitor_is_triggered_with_its_root_cause_and_resolved_by_the_same_key(receiver):
    down = json.loads((await told("pagerduty", receiver, about=a_monitor_message)).body)
    up = json.loads((await told("pagerduty", receiver, AlertEvent.UP, about=a_monitor_message)).body)

    assert (down["event_action"], down["payload"]["summary"]) == ("trigger", "“Web shop” is DOWN.")
    assert down["links"] == [{"href": a_monitor_message().url, "text": "The monitor"}]
    assert down["payload"]["custom_details"]["Root cause"] == "Step 2, Log in, answered with status 500"
    assert down["payload"]["custom_details"]["Request"] == "POST https://shop.example.org/login"
    assert up == NAMES | {"event_action": "resolve"}
    assert down["dedup_key"] == up["dedup_key"]


async def test_up_resolves(receiver):
    got = await told("pagerduty", receiver, AlertEvent.UP)
    assert json.loads(got.body) == NAMES | {"event_action": "resolve"}


async def test_a_test_is_no_critical_event(receiver):
    await told("pagerduty", receiver, AlertEvent.TEST)
    assert json.loads(receiver.requests[0].body)["payload"]["severity"] == "info"


@pytest.mark.parametrize(
    ("body", "text", "permanent"),
    [
        (b'{"status": "invalid event", "message": "Invalid routing key"}', "Invalid routing key", True),
        (
            b'{"message": "Event object is invalid", "errors": ["Length of \'routing_key\' is incorrect"]}',
            "Event object is invalid",
            True,
        ),
        (b'{"message": "Event object is invalid", "errors": ["no summary"]}', "Event object is invalid", False),
    ],
)
async def test_a_wrong_key_is_permanent(receiver, body, text, permanent):
    error = await refused("pagerduty", receiver, 400, body)
    assert (str(error), error.permanent) == (f"Received status code 400: {text}", permanent)


async def test_too_many_events_at_once_may_be_tried_again(receiver):
    error = await refused("pagerduty", receiver, 429)
    assert (str(error), error.permanent) == ("Received status code 429", False)
