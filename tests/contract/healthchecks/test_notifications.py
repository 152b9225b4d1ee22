"""Who is told of a flip, how often, and what is said (section 11)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import app.outgoing
from tests.app.certificates import self_signed
from tests.app.receiver import SILENCE, Receiver, answer
from tests.contract.healthchecks.service import Service, part
from tests.workers.servers import free_port

UPDATE_CHANNEL = """mutation($id: ID!, $disabled: Boolean!) {
  channelUpdate(id: $id, input: {disabled: $disabled}) { errors { message } channel { disabled lastError } }
}"""
TEST_CHANNEL = "mutation($id: ID!) { channelTest(id: $id) { errors { message } notification { id event } } }"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


async def failed_at(service: Service, url: str) -> str | None:
    """Take a check down whose webhook calls this URL, and return the channel's last error."""
    await service.webhook("hook", url)
    await service.go_down(await service.check())
    return await service.error()


async def test_only_assigned_channels_that_are_enabled_and_want_the_flip_are_told(
    service: Service, receiver: Receiver
) -> None:
    for name in ("assigned", "other"):
        await service.webhook(name, f"{receiver.url}/{name}")
    disabled = await service.webhook("disabled", f"{receiver.url}/disabled")
    await service.channel("up alone", "webhook", up={"url": f"{receiver.url}/up"})
    assert (await service.ask(UPDATE_CHANNEL, id=disabled, disabled=True))["channelUpdate"]["errors"] == []

    await service.go_down(await service.check(channels="assigned,disabled,up alone"))

    assert [got.target for got in receiver.requests] == ["/assigned"]
    assert [(row["channel"]["name"], row["event"], row["state"]) for row in await service.notifications()] == [
        ("assigned", "DOWN", "SENT")
    ]


async def test_those_that_were_never_used_are_told_last(service: Service, receiver: Receiver) -> None:
    for name in ("first", "second", "third"):
        await service.webhook(name, f"{receiver.url}/{name}")
    await service.go_down(await service.check(channels="third"))
    receiver.requests.clear()

    await service.go_down(await service.check(channels="*"))

    assert [got.target for got in receiver.requests] == ["/third", "/first", "/second"]


async def told_of_each(service: Service, statuses: Sequence[int]) -> dict[int, tuple[int, str | None]]:
    """Return, for webhooks that answer with these, how often each was called and its channel's last error."""
    receivers = {status: Receiver([answer(status)]) for status in statuses}
    async with AsyncExitStack() as stack:
        for status, receiver in receivers.items():
            await stack.enter_async_context(receiver)
            await service.webhook(str(status), receiver.url)
        await service.go_down(await service.check())
    found = await service.channels()
    assert not any(channel["disabled"] for channel in found.values())
    return {status: (len(one.requests), found[str(status)]["lastError"]) for status, one in receivers.items()}


async def test_four_answers_are_a_success(service: Service) -> None:
    good = (200, 201, 202, 204)

    assert await told_of_each(service, good) == dict.fromkeys(good, (1, None))


async def test_any_other_answer_is_tried_three_times_at_once(service: Service) -> None:
    bad = (203, 206, 304, 400, 404, 410, 500, 503)

    assert await told_of_each(service, bad) == {status: (3, f"Received status code {status}") for status in bad}


async def test_a_try_that_succeeds_is_the_last_and_clears_the_error(service: Service, receiver: Receiver) -> None:
    receiver.answers = [answer(500)] * 3 + [answer(503), answer(200)]
    await service.webhook("hook", receiver.url)
    for error in ("Received status code 500", None):
        await service.go_down(await service.check())
        assert await service.error() == error
    assert len(receiver.requests) == 5


async def test_a_test_is_tried_once(service: Service, receiver: Receiver) -> None:
    receiver.answers = [answer(500)]
    channel = await service.webhook("hook", receiver.url)

    made = (await service.ask(TEST_CHANNEL, id=channel))["channelTest"]
    await service.send()

    assert (made["errors"], made["notification"]["event"]) == ([], "TEST")
    assert len(receiver.requests) == 1
    assert await service.error() == "Received status code 500"


async def test_three_redirects_are_followed(service: Service, receiver: Receiver) -> None:
    receiver.answers = [answer(302, Location=f"/{number}") for number in (1, 2, 3)] + [answer()]

    assert await failed_at(service, f"{receiver.url}/0") is None
    assert [got.target for got in receiver.requests] == ["/0", "/1", "/2", "/3"]


async def test_a_fourth_redirect_is_not(service: Service, receiver: Receiver) -> None:
    receiver.answers = [answer(302, Location="/again")]

    assert await failed_at(service, receiver.url) == "Too many redirects"
    assert len(receiver.requests) == 3 * 4


async def test_private_addresses_are_refused_unless_the_site_allows_them(service: Service, receiver: Receiver) -> None:
    settings = service.site.settings.model_copy(update={"allow_private_targets": False})
    service.site = replace(service.site, settings=settings)

    assert await failed_at(service, receiver.url) == "Connections to private IP addresses are not allowed"
    assert receiver.requests == []


async def test_a_server_that_nobody_runs_is_named(service: Service) -> None:
    assert await failed_at(service, f"http://127.0.0.1:{free_port()}/") == "Connection failed"


async def test_a_name_that_nobody_has_is_named(service: Service) -> None:
    assert await failed_at(service, f"http://{'a' * 64}.example.org/") == "Could not resolve host"


async def test_a_server_that_nobody_vouches_for_is_named(service: Service, tmp_path: Path) -> None:
    async with Receiver(tls=self_signed(tmp_path)) as receiver:
        assert await failed_at(service, receiver.url) == "TLS handshake failed"

    assert receiver.requests == []


async def test_a_server_that_says_nothing_is_left_in_the_end(
    service: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [SILENCE]
    assert app.outgoing.exchange.__kwdefaults__ is not None
    monkeypatch.setitem(app.outgoing.exchange.__kwdefaults__, "deadline", 0.05)

    assert await failed_at(service, receiver.url) == "Connection timed out"
    assert app.outgoing.DEADLINE_SECONDS == 30


async def test_an_error_has_at_most_two_hundred_characters(service: Service) -> None:
    service.mailbox.refusal = "451 " + "x" * 400
    await service.channel("mail", "email", address="ops@example.org")

    await service.go_down(await service.check())

    error = await service.error("mail")
    assert error is not None
    assert 100 < len(error) <= 200


@pytest.mark.parametrize(("kind", "status"), [("slack", 404), ("discord", 404)])
async def test_a_channel_whose_receiver_is_gone_is_disabled_and_told_no_more_until_it_is_enabled(
    service: Service, receiver: Receiver, kind: str, status: int
) -> None:
    receiver.answers = [answer(status)]
    channel = await service.channel("chat", kind, url=receiver.url)
    check = await service.check()
    await service.go_down(check)
    assert len(receiver.requests) == 1
    assert (await service.channels())["chat"] | {"id": ""} == {
        "id": "", "name": "chat", "disabled": True, "lastError": f"Received status code {status}",
    }  # fmt: skip

    await service.go_down(check, "")
    refused = (await service.ask(TEST_CHANNEL, id=channel))["channelTest"]["errors"]
    assert len(receiver.requests) == 1
    assert refused == [{"message": f"The channel is disabled: Received status code {status}"}]

    receiver.answers = [answer()]
    again = (await service.ask(UPDATE_CHANNEL, id=channel, disabled=False))["channelUpdate"]
    await service.go_down(check)
    assert again == {"errors": [], "channel": {"disabled": False, "lastError": None}}
    assert len(receiver.requests) == 2


@pytest.mark.parametrize(
    ("refusal", "disabled"),
    [
        ("550 5.1.1 No such user", True),
        ("554 5.7.1 Refused", True),
        ("550 5.4.4 Unable to route", False),
        ("451 4.3.0 Later", False),
    ],
)
async def test_a_mailbox_that_is_refused_for_good_disables_its_channel(
    service: Service, refusal: str, *, disabled: bool
) -> None:
    service.mailbox.refusal = refusal
    await service.channel("mail", "email", address="ops@example.org")

    await service.go_down(await service.check())

    found = (await service.channels())["mail"]
    assert (found["disabled"], found["lastError"]) == (disabled, f"The mail server answered {refusal}")


async def test_one_receiver_gets_six_messages_a_minute(service: Service, receiver: Receiver) -> None:
    await service.channel("push", "ntfy", topic="backups", server=receiver.url)
    for number in range(8):
        await service.ping(await service.check(name=f"check {number}"), "/fail")

    await service.send()
    assert len(receiver.requests) == 6

    await service.send_again(minutes=1)
    assert len(receiver.requests) == 8
    assert {row["state"] for row in await service.notifications()} == {"SENT"}


async def test_a_message_names_what_section_eleven_lists(service: Service) -> None:
    await service.ping(await service.check(name="the other one", channels=""), "/fail")
    await service.channel("mail", "email", address="ops@example.org")
    check = await service.check(name="db", tags="a b", desc="Nightly dump", schedule="0 4 * * *", tz="Europe/Riga")
    service.clock.move(seconds=3)

    await service.go_down(check, body=b"disk full")

    [mail] = service.mails
    text = part(mail)
    for said in (
        "“db” is DOWN",
        "received a failure signal",
        "Tests",
        "a b",
        "Nightly dump",
        "0 4 * * *",
        "Europe/Riga",
        "Total pings: 1",
        "2026-03-01 12:00:03 UTC",
        "failure",
        "disk full",
        "the other one",
    ):
        assert said in text
    assert check["uuid"] not in mail.as_string()
    [reader_key] = {one["unique_key"] for one in await _seen_by_reader(service) if one["name"] == "db"}
    assert f"http://testserver/cloaked/{reader_key}/" in text


async def _seen_by_reader(service: Service) -> list[dict[str, Any]]:
    project = (await service.ask("{ project { id } }"))["project"]["id"]
    made = await service.ask(
        'mutation($p: ID!) { apiKeyCreate(projectId: $p, name: "r", scopes: [READ]) { secret } }', p=project
    )
    found = await service.api.get("/api/v3/checks/", headers={"X-Api-Key": made["apiKeyCreate"]["secret"]})
    checks: list[dict[str, Any]] = found.json()["checks"]
    return checks


async def test_a_missed_deadline_is_its_own_reason_and_coming_up_tells_how_long_it_was_down(service: Service) -> None:
    await service.channel("mail", "email", address="ops@example.org")
    check = await service.check(name="")
    await service.ping(check)

    await service.miss(minutes=2, seconds=30)
    service.clock.move(hours=1)
    await service.go_down(check, "")

    down, up = map(part, service.mails)
    assert f"“{check['uuid']}” is DOWN" in down
    assert "success signal did not arrive on time, grace time passed" in down
    assert "Period: 1 minute" in down
    assert "2026-03-01 12:02:00 UTC" in down
    assert "Downtime: 1 hour" in up
    assert "Reason" not in up


async def test_the_first_success_and_pauses_tell_nobody(service: Service, receiver: Receiver) -> None:
    await service.channel("both", "webhook", down={"url": receiver.url}, up={"url": receiver.url})
    check = await service.check()
    await service.ping(check)
    await service.api.post(check["pause_url"])
    await service.ping(check)
    await service.api.post(check["pause_url"])
    await service.api.post(check["resume_url"])

    await service.send()

    assert receiver.requests == []
