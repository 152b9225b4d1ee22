"""What all kinds share that open an alert at a pager service and close it."""

import json

import pytest

from app.channels.message import AlertEvent, DeliveryError
from app.channels.registry import channel_kind
from app.ids import unique_key
from tests.app.channels.facts import UUID, a_message, a_monitor_message
from tests.app.channels.saved import saved
from tests.app.channels.trial import send, told
from tests.app.receiver import answer

KEY = unique_key(UUID)
KEYS = {
    "opsgenie": lambda request, body: body.get("alias") or request.target.split("/")[3],
    "pagerduty": lambda _, body: body["dedup_key"],
    "pagertree": lambda _, body: body["Id"],
    "spike": lambda _, body: body["title"],
    "splunk_oncall": lambda _, body: body["entity_id"],
}


@pytest.fixture(params=sorted(KEYS))
def pager(request):
    return request.param


@pytest.fixture(autouse=True)
def regions(receiver, monkeypatch):
    monkeypatch.setattr("app.channels.opsgenie.REGIONS", {"eu": receiver.url})


def key_of(pager, request):
    return KEYS[pager](request, json.loads(request.body))


@pytest.mark.parametrize("about", [a_message, a_monitor_message], ids=["check", "monitor"])
@pytest.mark.parametrize("event", [AlertEvent.UP, AlertEvent.REMINDER])
async def test_what_follows_names_the_alert_that_down_opened(receiver, pager, event, about):
    down = await told(pager, receiver, about=about)
    later = await told(pager, receiver, event, about=about)
    assert key_of(pager, later) == key_of(pager, down)
    assert KEY[:13] in key_of(pager, down)


async def test_another_check_is_another_alert_whatever_its_name(receiver, pager):
    one = await told(pager, receiver)
    other = await told(pager, receiver, uuid="9a8e7d6c-5b4a-4f3e-a2d1-c0b9a8f7e6d5")
    assert key_of(pager, one) != key_of(pager, other)


async def test_a_test_opens_an_alert_of_its_own_and_closes_it(receiver, pager):
    down, up = await told(pager, receiver), await told(pager, receiver, AlertEvent.UP)
    await told(pager, receiver, AlertEvent.TEST)
    opened, closed = receiver.requests[2:]
    assert key_of(pager, opened) == key_of(pager, closed) != key_of(pager, down)
    assert json.loads(opened.body).keys() == json.loads(down.body).keys()
    assert json.loads(closed.body).keys() == json.loads(up.body).keys()


async def test_the_end_of_a_test_is_tried_three_times(receiver, pager):
    receiver.answers = [answer(202), answer(500), answer(500), answer(202)]
    await told(pager, receiver, AlertEvent.TEST)
    assert len(receiver.requests) == 4


async def test_a_test_that_opens_nothing_is_tried_once(receiver, pager):
    receiver.answers = [answer(500)]
    with pytest.raises(DeliveryError):
        await send(pager, receiver, a_message(AlertEvent.TEST), {})
    assert len(receiver.requests) == 1


async def test_the_uuid_of_a_check_stays_secret(receiver, pager):
    for event in AlertEvent:
        await told(pager, receiver, event)
    assert [request for request in receiver.requests if UUID.encode() in request.body] == []


@pytest.mark.parametrize("event", AlertEvent)
def test_a_pager_keeps_still_about_nothing(pager, event):
    assert channel_kind(pager).is_noop(saved(pager), event) is False
