"""What webhooks send, placeholder by placeholder, as their receiver finds it (section 12)."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from tests.app.receiver import Received, Receiver
from tests.contract.healthchecks.service import CHECKS, Service

NOW = "2026-03-01T12:00:00+00:00"
NAME = "žluť “B” & $TAGS/'x' é\\"
BODY = b'$NAME said "no"\n\xff'
SAID = '$NAME said "no"\n\ufffd'


async def called(service: Service, receiver: Receiver, **request: Any) -> Received:
    """Let a check that has everything fail with exit status 7, and return the request that its webhook made."""
    await service.webhook("hook", **{"url": receiver.url, "method": "POST", **request})
    check = await service.check(name=NAME, slug="a-slug", tags="one tw%o th/ree")
    await service.go_down(check, "/7", BODY)
    [got] = receiver.requests
    return got


async def value_in_all(service: Service, placeholder: str) -> tuple[str, str, str]:
    """Return what stands for a placeholder in the URL (as sent), in a header and in the body."""
    async with Receiver() as receiver:
        got = await called(
            service,
            receiver,
            url=f"{receiver.url}/{placeholder}/end",
            headers=[{"name": "X-Value", "value": f"<{placeholder}>"}],
            body=placeholder,
        )
    [header] = got.values("X-Value")
    return got.target.removeprefix("/").removesuffix("/end"), header.strip("<>"), got.body.decode()


# Each row: what stands in the URL, and what in headers and body.
ROWS = {
    "$STATUS": ("down", "down"),
    "$NOW": ("2026-03-01T12%3A00%3A00%2B00%3A00", NOW),
    "$SLUG": ("a-slug", "a-slug"),
    "$TAGS": ("one%20tw%25o%20th/ree", "one tw%o th/ree"),
    "$TAG1": ("one", "one"),
    "$TAG2": ("tw%25o", "tw%o"),
    "$TAG3": ("th/ree", "th/ree"),
    "$TAG4": ("$TAG4", "$TAG4"),
    "$TAG10": ("one0", "one0"),
    "$EXITSTATUS": ("7", "7"),
    "$UNKNOWN": ("$UNKNOWN", "$UNKNOWN"),
}


async def test_a_placeholder_has_its_value_in_url_headers_and_body(service: Service) -> None:
    in_url, in_header, in_body = await value_in_all(service, ";".join(ROWS))

    assert dict(zip(ROWS, in_url.split(";"), strict=True)) == {name: row[0] for name, row in ROWS.items()}
    for text in (in_header, in_body):
        assert dict(zip(ROWS, text.split(";"), strict=True)) == {name: row[1] for name, row in ROWS.items()}


async def test_the_code_is_the_uuid_of_the_check(service: Service) -> None:
    in_url, in_header, in_body = await value_in_all(service, "$CODE")

    [check] = (await service.api.get(CHECKS)).json()["checks"]
    assert in_url == in_header == in_body == check["uuid"]


async def test_the_name_is_encoded_for_each_place(service: Service) -> None:
    in_url, in_header, in_body = await value_in_all(service, "$NAME")

    assert in_body == NAME
    assert unquote(in_url) == NAME
    assert not set(in_url) & set(" &\"'“$?#")
    assert "/" in in_url
    assert in_header.encode("latin-1", "replace").decode("latin-1") == in_header
    assert in_header.startswith("&#382;lu&#357; &#8220;B&#8221; & $TAGS/'x' ")


async def test_the_json_of_a_name_has_its_quotes(service: Service) -> None:
    in_url, in_header, in_body = await value_in_all(service, "$NAME_JSON")

    assert in_body.startswith('"')
    assert json.loads(in_body) == json.loads(in_header) == json.loads(unquote(in_url)) == NAME


async def test_the_json_of_the_check_is_what_the_api_shows_of_it_in_its_third_version(service: Service) -> None:
    in_url, in_header, in_body = await value_in_all(service, "$JSON")

    [check] = (await service.api.get(CHECKS)).json()["checks"]
    assert json.loads(in_body) == json.loads(in_header) == json.loads(unquote(in_url)) == check
    assert (check["status"], check["n_pings"]) == ("down", 1)


async def test_the_last_body_stands_in_the_body_alone(service: Service) -> None:
    assert await value_in_all(service, "$BODY") == ("$BODY", "$BODY", SAID)


async def test_the_json_of_the_last_body_stands_in_the_body_alone(service: Service) -> None:
    in_url, in_header, in_body = await value_in_all(service, "$BODY_JSON")

    assert (in_url, in_header) == ("$BODY_JSON", "$BODY_JSON")
    assert json.loads(in_body) == SAID


async def test_values_are_not_looked_at_again_and_longer_names_come_first(service: Service) -> None:
    async with Receiver() as receiver:
        got = await called(service, receiver, body="$NAME_JSON|$NAME|$NAMES|$$STATUS|$BODY")

    assert got.body.decode() == f"{json.dumps(NAME)}|{NAME}|{NAME}S|$down|{SAID}"


async def test_without_a_ping_there_is_no_exit_status_and_no_body(service: Service) -> None:
    """Given a run that started long ago, when it goes down, its newest ping is the start, which has neither."""
    async with Receiver() as receiver:
        await service.webhook("hook", receiver.url, method="POST", body="$EXITSTATUS|$BODY|$BODY_JSON")
        await service.ping(await service.check(), "/start")

        await service.miss(seconds=60)

    assert [got.body for got in receiver.requests] == [b'-1||""']


async def test_the_last_ping_is_the_newest_that_came_before_the_flip(service: Service) -> None:
    async with Receiver() as receiver:
        await service.webhook("hook", receiver.url, method="POST", body="$BODY at $NOW")
        check = await service.check()
        await service.ping(check, "/fail", b"first")
        service.clock.move(seconds=5)
        await service.ping(check, "/fail", b"second")

        await service.send()

    assert [got.body.decode() for got in receiver.requests] == [f"first at {NOW}"]


@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("POST", b"down"), ("PUT", b"down")])
async def test_a_body_is_sent_by_post_and_put_and_no_content_type_is_added(
    service: Service, method: str, body: bytes
) -> None:
    async with Receiver() as receiver:
        got = await called(service, receiver, method=method, body="$STATUS")

    assert (got.method, got.body, got.values("Content-Type")) == (method, body, [])


@pytest.mark.parametrize("side", ["down", "up"])
async def test_down_and_up_have_requests_of_their_own_and_either_may_be_missing(service: Service, side: str) -> None:
    async with Receiver() as receiver:
        both = {each: {"url": f"{receiver.url}/{each}", "body": "$STATUS $EXITSTATUS"} for each in ("down", "up")}
        await service.channel("both", "webhook", **both)
        await service.channel("one", "webhook", **{side: {"url": f"{receiver.url}/alone"}})
        check = await service.check()
        for suffix in ("/fail", ""):
            await service.go_down(check, suffix)

    heard = [(got.target, got.body) for got in receiver.requests if got.target != "/alone"]
    assert heard == [("/down", b"down -1"), ("/up", b"up -1")]
    assert len(receiver.requests) == 3
    assert await service.told("one") == [side.upper()]
