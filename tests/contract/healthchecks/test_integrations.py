"""What each kind of channel sends, as its receiver finds it (section 12)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.channels.registry import channel_kinds
from rest_compat.healthchecks.wire import CHANNEL_KINDS
from tests.app.receiver import Receiver, answer
from tests.contract.healthchecks.service import Service, part

NOW = "2026-03-01T12:00:00+00:00"

TWILIO = {"accountSid": "AC" + "0" * 32, "authToken": "x", "to": "+15005550006"}
CHOICES: dict[str, dict[str, Any]] = {
    "email": {"address": "ops@example.org"},
    "sms": {**TWILIO, "sender": "+15005550001"},
    "whatsapp": {**TWILIO, "sender": "+15005550001"},
    "signal": {"server": "http://127.0.0.1:1", "recipient": "+37120000002"},
    "ntfy": {"topic": "backups"},
    "gotify": {"server": "http://127.0.0.1:1", "token": "x"},
    "pushover": {"token": "a" * 30, "userKey": "u" * 30},
}  # fmt: skip
DOWN_ALONE: dict[str, dict[str, Any]] = {
    "call": CHOICES["sms"],
    "github": {"repository": "acme/ops", "token": "x"},
    "trello": {"key": "0" * 32, "token": "x", "listId": "0" * 24},
}


async def owed_events(service: Service, name: str) -> list[str]:
    """Take a check down and up again without sending anything, and return what the channel is to be told."""
    check = await service.check()
    for suffix in ("/fail", ""):
        await service.ping(check, suffix)
    return await service.told(name)


@pytest.mark.parametrize("kind", CHOICES)
async def test_these_kinds_leave_the_choice_of_up_and_down(service: Service, kind: str) -> None:
    for name, choice in {"all": {}, "no up": {"notifyUp": False}, "no down": {"notifyDown": False}}.items():
        await service.channel(name, kind, **CHOICES[kind], **choice)

    assert await owed_events(service, "all") == ["DOWN", "UP"]
    assert await service.told("no up") == ["DOWN"]
    assert await service.told("no down") == ["UP"]


@pytest.mark.parametrize("kind", DOWN_ALONE)
async def test_these_kinds_tell_of_down_alone(service: Service, kind: str) -> None:
    await service.channel("it", kind, **DOWN_ALONE[kind])

    assert await owed_events(service, "it") == ["DOWN"]


async def test_a_kind_is_listed_by_the_name_that_clients_know(service: Service) -> None:
    for kind in CHOICES:
        await service.channel(kind, kind, **CHOICES[kind])

    listed = (await service.api.get("/api/v1/channels/")).json()["channels"]

    assert {one["name"]: one["kind"] for one in listed} == {kind: CHANNEL_KINDS.get(kind, kind) for kind in CHOICES}
    assert all(set(one) == {"id", "name", "kind"} for one in listed)
    assert DOWN_ALONE.keys() | CHOICES.keys() <= channel_kinds().keys()


async def test_a_group_tells_each_of_its_channels_and_says_how_many_failed(service: Service) -> None:
    async with Receiver() as good, Receiver([answer(500)]) as bad:
        members = [await service.webhook(name, one.url) for name, one in (("good", good), ("bad", bad))]
        members.append(await service.channel("mail", "email", address="ops@example.org"))
        await service.channel("all of them", "group", channelIds=members)

        await service.go_down(await service.check(channels="all of them"))

        assert (len(good.requests), len(bad.requests), len(service.mails)) == (1, 3, 1)
        assert await service.error("all of them") == "1 out of 3 notifications failed"
        assert await service.error("bad") == "Received status code 500"


async def test_a_command_is_run_with_its_placeholders_and_nothing_in_a_name_runs(
    service: Service, tmp_path: Path
) -> None:
    heard, name = tmp_path / "heard", f"'; touch {tmp_path}/more; echo \"$(id)"
    command = "printf '%s\\n' $CODE $STATUS $NOW $NAME $TAGS $TAG1 $TAG2"
    await service.channel("shell", "shell", down=f"{command} >> {heard}", up="exit 3")
    check = await service.check(name=name, tags="a b;c")

    await service.go_down(check)

    assert heard.read_text().splitlines() == [check["uuid"], "down", NOW, name, "a b;c", "a", "b;c"]
    assert not (tmp_path / "more").exists()
    assert await service.error("shell") is None
    await service.go_down(check, "")
    assert await service.error("shell") == "The command returned exit code 3"


async def test_where_commands_are_off_none_is_run(service: Service, tmp_path: Path) -> None:
    await service.channel("shell", "shell", down=f"touch {tmp_path}/ran")
    settings = service.site.settings.model_copy(update={"shell_channels": False})
    service.site = replace(service.site, settings=settings)

    await service.go_down(await service.check())

    assert not (tmp_path / "ran").exists()
    assert "Shell channels are off" in str(await service.error("shell"))


async def test_a_mail_says_in_its_subject_what_happened_and_how_to_stop_it(service: Service) -> None:
    await service.channel("mail", "email", address="ops@example.org")
    check = await service.check(name="db backup")
    for suffix in ("/fail", ""):
        await service.go_down(check, suffix)

    down, up = service.mails
    assert [mail["Subject"] for mail in (down, up)] == ["DOWN | db backup", "UP | db backup"]
    assert down["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "“db backup” is DOWN" in part(down)
    assert "“db backup” is UP" in part(up, "html")
    link = down["List-Unsubscribe"].strip("<>")
    assert (await service.api.post(link, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert (await service.channels())["mail"]["disabled"]
    await service.go_down(check)
    assert len(service.mails) == 2


async def test_of_a_body_a_mail_shows_the_last_ten_thousand_bytes(service: Service) -> None:
    await service.channel("mail", "email", address="ops@example.org")

    await service.go_down(await service.check(), body=b"<b>" + b"x" * 9_990 + b"end")

    [mail] = service.mails
    assert "<b>" + "x" * 9_990 + "end" in part(mail)
    assert "&lt;b&gt;xxx" in part(mail, "html")


@pytest.mark.parametrize(
    ("kind", "path"), [("slack", "/x"), ("mattermost", "/x"), ("rocketchat", "/x"), ("discord", "/x/slack")]
)
async def test_slack_and_those_like_it_take_one_attachment(service: Service, kind: str, path: str) -> None:
    async with Receiver() as receiver:
        await service.channel("chat", kind, url=f"{receiver.url}/x")
        check = await service.check(name="db", tags="a b", schedule="0 4 * * *", tz="Europe/Riga")
        await service.go_down(check, body=b"y" * 1_001)
        service.clock.move(seconds=90)
        await service.go_down(check, "")

    assert [(got.target, got.values("Content-Type")) for got in receiver.requests] == [(path, ["application/json"])] * 2
    [[down], [up]] = [json.loads(got.body)["attachments"] for got in receiver.requests]
    assert (down["color"], down["title"]) == ("danger", "“db” is DOWN.")
    assert (up["color"], up["title"]) == ("good", "“db” is UP.")
    fields = {one["title"]: one["value"] for one in down["fields"]}
    body = fields.pop("Last Ping Body")
    assert list(fields) == ["Project", "Tags", "Schedule", "Time Zone", "Total Pings", "Last Ping"]
    assert (fields["Project"], fields["Tags"], fields["Total Pings"]) == ("Tests", "a b", "1")
    assert fields["Time Zone"] == "Europe/Riga"
    assert "y" * 1_000 in body
    assert "y" * 1_001 not in body


async def test_the_period_takes_the_place_of_a_schedule(service: Service) -> None:
    async with Receiver() as receiver:
        await service.channel("chat", "slack", url=receiver.url)
        await service.go_down(await service.check())

    [attachment] = json.loads(receiver.requests[0].body)["attachments"]
    assert [one["title"] for one in attachment["fields"]] == ["Project", "Period", "Total Pings", "Last Ping"]
