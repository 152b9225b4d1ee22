"""Slack's attachments over the wire, to the four services that take them (specs/healthchecks.md section 12)."""

import json

import pytest

from app.channels.message import AlertEvent
from tests.app.channels.facts import a_ping
from tests.app.channels.trial import DOWN, LINK, UP, refused, told

PATHS = {
    "discord": "/hooks/s3cret-hook/slack",
    "mattermost": "/hooks/s3cret-hook",
    "rocketchat": "/hooks/s3cret-hook",
    "slack": "/hooks/s3cret-hook",
}
HOSTILE = "<!channel> & @all *x*_y_"
FIELDS = [
    {"title": "Project", "value": "Shop", "short": True},
    {"title": "Tags", "value": "prod db", "short": True},
    {"title": "Period", "value": "1 hour", "short": True},
    {"title": "Total Pings", "value": "41", "short": True},
    {
        "title": "Last Ping",
        "value": "2026-03-01 10:59:30 UTC (failure, exit status 3, HTTPS POST)",
        "short": False,
    },
]


def attachment(got):
    [only] = json.loads(got.body)["attachments"]
    return only


@pytest.mark.parametrize("name", PATHS)
async def test_down_is_one_attachment_in_red(name, receiver):
    got = await told(name, receiver)
    assert (got.method, got.target, got.values("Content-Type")) == ("POST", PATHS[name], ["application/json"])
    shown = attachment(got)
    body = shown["fields"].pop()
    assert shown == {
        "color": "danger",
        "fallback": DOWN,
        "title": DOWN,
        "title_link": LINK,
        "text": "Reason: success signal did not arrive on time, grace time passed\nDescription: Dumps the orders.",
        "fields": FIELDS,
        "mrkdwn_in": [],
    }
    assert (body["title"], body["value"].strip("`\n"), body["short"]) == ("Last Ping Body", "disk is full", False)


@pytest.mark.parametrize("name", PATHS)
async def test_up_is_green_and_tells_the_downtime(name, receiver):
    shown = attachment(await told(name, receiver, AlertEvent.UP))
    assert (shown["color"], shown["title"]) == ("good", UP)
    assert shown["text"] == "Downtime: 1 hour 30 minutes\nDescription: Dumps the orders."


async def test_a_schedule_is_told_with_its_zone(receiver):
    schedule = {"period": None, "schedule": "*/5 * * * *", "timezone": "Europe/Riga"}
    fields = attachment(await told("slack", receiver, AlertEvent.DOWN, **schedule))["fields"]
    assert [(field["title"], field["value"]) for field in fields[2:4]] == [
        ("Schedule", "*/5 * * * *"),
        ("Time Zone", "Europe/Riga"),
    ]


async def test_what_is_not_known_is_left_out(receiver):
    shown = attachment(await told("slack", receiver, AlertEvent.DOWN, tags=(), description="", last_ping=None))
    assert [field["title"] for field in shown["fields"]] == ["Project", "Period", "Total Pings", "Last Ping"]


async def test_of_a_body_a_thousand_characters_are_shown(receiver):
    shown = attachment(await told("slack", receiver, AlertEvent.DOWN, last_ping=a_ping(body=b"x" * 1001)))
    assert shown["fields"][-1]["value"] == "x" * 1000


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("slack", "&lt;!channel&gt; &amp; @all *x*_y_"),
        ("discord", "\\<!channel\\> & @\u2060all \\*x\\*\\_y\\_"),
        ("mattermost", "\\<!channel\\> & @\u2060all \\*x\\*\\_y\\_"),
        ("rocketchat", "<!channel> & @\u2060all *x*_y_"),
    ],
)
async def test_a_name_is_shown_as_it_is_and_calls_nobody(name, title, receiver):
    shown = attachment(await told(name, receiver, AlertEvent.DOWN, name=HOSTILE))
    assert shown["title"] == f"“{title}” is DOWN."


@pytest.mark.parametrize(
    ("path", "called"),
    [
        ("/api/webhooks/1/x", "/api/webhooks/1/x/slack"),
        ("/api/webhooks/1/x/slack", "/api/webhooks/1/x/slack"),
        ("/api/webhooks/1/x/?thread_id=7", "/api/webhooks/1/x/slack?thread_id=7"),
    ],
)
async def test_discord_is_entered_where_it_takes_attachments(path, called, receiver):
    got = await told("discord", receiver, settings={"url": f"{receiver.url}{path}"})
    assert got.target == called


@pytest.mark.parametrize("name", [*PATHS, "googlechat", "teams"])
@pytest.mark.parametrize(("status", "permanent", "tries"), [(404, True, 1), (410, True, 1), (400, False, 3)])
async def test_a_webhook_that_is_gone_is_not_tried_again(name, status, permanent, tries, receiver):
    error = await refused(name, receiver, status)
    assert (str(error), error.permanent) == (f"Received status code {status}", permanent)
    assert len(receiver.requests) == tries
