"""Webhooks over the wire."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.message import AlertEvent, DeliveryError
from app.channels.webhook import Settings, send
from app.channels.webhook.render import MAX_BODY_CHARACTERS, render
from app.channels.webhook.settings import WebhookRequest
from app.security.addresses import REFUSED_MESSAGE
from tests.app.channels.facts import UUID, a_gateway, a_message, a_ping
from tests.app.receiver import Receiver, answer


@pytest.fixture
async def receiver():
    async with Receiver() as receiver:
        yield receiver


def settings(receiver, path="/", up=None, **request):
    sides = {"down": {"url": receiver.url + path, **request}}
    return Settings.model_validate(sides if up is None else sides | {"up": up})


async def test_a_post_carries_body_and_headers_and_no_content_type_of_ours(receiver):
    hook = settings(
        receiver,
        "/hook/$CODE?s=$STATUS",
        method="POST",
        headers={"X-Name": "$NAME", "X-Body": "$BODY"},
        body="$NAME is $STATUS: $BODY",
    )
    await send(hook, a_message(), a_gateway())
    [got] = receiver.requests
    assert (got.method, got.target) == ("POST", f"/hook/{UUID}?s=down")
    assert got.body == b"Nightly backup is down: disk is full"
    assert got.values("X-Name") == ["Nightly backup"]
    assert got.values("X-Body") == ["$BODY"]
    assert got.values("Content-Type") == []
    assert got.values("User-Agent") == ["Heliograph"]


async def test_a_content_type_that_was_asked_for_is_sent_once(receiver):
    hook = settings(receiver, method="PUT", headers={"content-type": "application/json"}, body="$JSON")
    await send(hook, a_message(), a_gateway())
    [got] = receiver.requests
    assert got.method == "PUT"
    assert got.values("Content-Type") == ["application/json"]
    assert got.body == a_message().json.encode()


async def test_a_get_has_no_body(receiver):
    await send(settings(receiver, method="GET", body="$BODY"), a_message(), a_gateway())
    [got] = receiver.requests
    assert (got.method, got.body) == ("GET", b"")


async def test_the_up_request_is_its_own(receiver):
    hook = settings(receiver, up={"method": "PUT", "url": f"{receiver.url}/up/$STATUS", "body": "$NOW"})
    await send(hook, a_message(AlertEvent.UP), a_gateway())
    [got] = receiver.requests
    assert (got.method, got.target, got.body) == ("PUT", "/up/up", b"2026-03-01T12:00:30+00:00")


async def test_nothing_is_sent_for_an_event_without_a_url(receiver):
    await send(settings(receiver), a_message(AlertEvent.UP), a_gateway())
    assert receiver.requests == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_these_answers_mean_delivered(receiver, status):
    receiver.answers = [answer(status)]
    await send(settings(receiver), a_message(), a_gateway())
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [203, 302, 400, 404, 410, 500, 503])
async def test_other_answers_fail_after_three_tries_and_never_for_good(receiver, status):
    receiver.answers = [answer(status)]
    with pytest.raises(DeliveryError, match=rf"^Received status code {status}$") as caught:
        await send(settings(receiver), a_message(), a_gateway())
    assert not caught.value.permanent
    assert len(receiver.requests) == 3


async def test_the_third_try_may_succeed(receiver):
    receiver.answers = [answer(500), answer(500), answer(200)]
    await send(settings(receiver), a_message(), a_gateway())
    assert len(receiver.requests) == 3


async def test_a_test_is_tried_once(receiver):
    receiver.answers = [answer(500)]
    with pytest.raises(DeliveryError, match="Received status code 500"):
        await send(settings(receiver), a_message(AlertEvent.TEST), a_gateway())
    assert len(receiver.requests) == 1


async def test_a_private_address_is_refused_unless_allowed(receiver):
    with pytest.raises(DeliveryError, match=REFUSED_MESSAGE):
        await send(settings(receiver), a_message(), a_gateway(allow_private=False))
    assert receiver.requests == []


async def test_values_in_a_url_are_percent_encoded_but_for_the_slash(receiver):
    message = a_message(name="a/b c&d=é?#ž%+", tags=("x y",))
    await send(settings(receiver, "/$NAME?t=$TAG1&j=$NAME_JSON"), message, a_gateway())
    target = receiver.requests[0].target
    assert target.startswith("/a/b%20c%26d%3D%C3%A9%3F%23%C5%BE%25%2B?t=x%20y&j=%22a/b%20")


async def test_in_headers_what_is_outside_latin_1_becomes_a_reference(receiver):
    hook = settings(receiver, headers={"X-Name": "$NAME ž", "X-Json": "$NAME_JSON"})
    await send(hook, a_message(name="ž😀&"), a_gateway())
    [got] = receiver.requests
    assert got.values("X-Name") == ["&#382;&#128512;& &#382;"]
    assert got.values("X-Json") == [r'"\u017e\ud83d\ude00&"']


async def test_a_name_cannot_add_a_header(receiver):
    hook = settings(receiver, headers={"X-Name": "$NAME", "X-Tag": "$TAG1", "X-Json": "$JSON"})
    message = a_message(name="a\r\nX-Evil: 1\r\n\r\nbody", tags=("b\nX-Evil: 2",), json='{\n"X-Evil": 3}')
    await send(hook, message, a_gateway())
    [got] = receiver.requests
    assert got.values("X-Name") == ["a X-Evil: 1 body"]
    assert got.values("X-Tag") == ["b X-Evil: 2"]
    assert got.values("X-Evil") == []
    assert got.body == b""


@given(st.text(max_size=60))
def test_whatever_a_name_holds_url_and_headers_stay_sendable(name):
    template = WebhookRequest(url="http://h/p/$NAME?q=$NAME", headers={"X": "<$NAME>"}, method="POST", body="$NAME")
    request = render(template, a_message(name=name), "down")
    assert request.url.isascii()
    assert unquote(request.url.removeprefix("http://h/p/").partition("?")[0]) == name
    assert request.url.count("?") == 1
    value = request.headers["X"]
    value.encode("latin-1")
    assert not any(character < " " and character != "\t" for character in value)
    assert request.body == name.encode()


def test_a_lone_surrogate_does_not_stop_an_alert():
    template = WebhookRequest(url="http://h/$NAME", headers={"X": "$NAME"}, method="POST", body="$NAME")
    request = render(template, a_message(name="\ud800"), "down")
    assert (request.url, request.headers, request.body) == ("http://h/%3F", {"X": "&#55296;"}, b"?")


async def test_what_grows_beyond_all_bounds_is_not_sent(receiver):
    hook = settings(receiver, method="POST", body="$BODY" * 2000)
    message = a_message(last_ping=a_ping(body=b"x" * (MAX_BODY_CHARACTERS // 100)))
    with pytest.raises(DeliveryError, match="too long"):
        await send(hook, message, a_gateway())
    assert receiver.requests == []
