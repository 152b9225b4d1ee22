"""Whatever a check is called and has sent, each service gets a payload that parses and stays within its limits."""

import asyncio
import json
from html.parser import HTMLParser
from importlib import import_module
from unittest.mock import patch
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels import http_kind
from app.channels.message import AlertEvent
from app.channels.registry import channel_kind
from tests.app.channels.facts import a_failed_call, a_gateway, a_message, a_monitor_message, a_ping, a_run
from tests.app.channels.pager_limits import PAGER_LIMITS

HOSTILE = {
    "quotes": "\"'`\\",
    "lines": "a\r\nb\u2028c\x00\x1b",
    "markup": "<b>&amp;</b> <!channel> @all @**all** *x* ```\n~~~ [a](b) |",
    "long": "x" * 5000,
    "wide": "😀" * 5000,
    "entities": "&<>" * 2000,
    "fences": "`" * 5000,
    "lone surrogate": "\ud800",
}
SPOKEN = {"call"}
"""Kinds whose messages cannot be followed anywhere."""
WORDLESS_WHEN_UP = {"pagerduty"}
ANY_TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Z", "C")), max_size=80)


async def captured(name, message):
    """Return what would have gone over the wire."""
    requests = []

    async def deliver(request, **_more):
        requests.append(request)

    kind = channel_kind(name)
    example = import_module(f"tests.app.channels.{name}.example").SETTINGS
    with patch.object(http_kind, "deliver", deliver):
        await kind.send(kind.Settings.model_validate(example), message, a_gateway())
    [only] = requests
    return only


def parsed(request):
    assert request.url.isascii()
    if request.headers["Content-Type"] == "application/json":
        return json.loads(request.body)
    return dict(parse_qsl(request.body.decode(), strict_parsing=True, errors="strict"))


def everything(payload):
    """Return all texts of a payload."""
    if isinstance(payload, str):
        return payload
    parts = payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ()
    return "\n".join(map(everything, parts))


def embed_fits(payload, size):
    [shown] = payload["attachments"]
    fields = shown["fields"]
    assert len(shown["title"]) <= 256
    assert all(0 < len(field["value"]) <= 1024 for field in fields)
    words = [shown["title"], shown["text"], *(field["title"] + field["value"] for field in fields)]
    assert sum(map(len, words)) <= 6000


def slack_fits(payload, size):
    [shown] = payload["attachments"]
    texts = [shown["title"], shown["fallback"], shown["text"], *(field["value"] for field in shown["fields"])]
    assert not any("<" in text or ">" in text for text in texts)
    assert size <= 40_000


def card_fits(payload, size):
    assert size <= 28 * 1024


def space_fits(payload, size):
    [shown] = payload["cardsV2"]
    [section] = shown["card"]["sections"]
    assert "<" not in "".join(each["decoratedText"]["text"] for each in section["widgets"][:-1])
    assert size <= 32_000


def zulip_fits(payload, size):
    assert 0 < len(payload["topic"]) <= 60
    assert len(payload["content"]) <= 10_000
    assert payload["content"].count("```") == 2


def room_fits(payload, size):
    tags = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.add(tag)
    reader.feed(payload["formatted_body"])
    assert tags <= {"a", "b", "ul", "li", "br"}
    assert size <= 60_000


def chat_fits(payload, size):
    assert len(payload["text"].encode("utf-16-le")) <= 2 * 4096
    assert payload["text"].endswith(a_message().url)


def call_fits(payload, size):
    assert len(payload["params"]["message"].encode()) <= 2000
    assert payload["params"]["message"].endswith(a_message().url)


def topic_fits(payload, size):
    assert 0 < len(payload["message"].encode()) <= 4096
    assert size <= 2 * 4096


def push_fits(payload, size):
    assert 0 < len(payload["message"].encode()) <= 4096


def pushover_fits(payload, size):
    assert len(payload["title"]) <= 250
    assert 0 < len(payload["message"]) <= 1024


def devices_fit(payload, size):
    assert 0 < len(payload["body"].encode()) <= 4096


LIMITS = {
    "discord": embed_fits,
    "googlechat": space_fits,
    "gotify": push_fits,
    "matrix": room_fits,
    "mattermost": embed_fits,
    "ntfy": topic_fits,
    "pushbullet": devices_fit,
    "pushover": pushover_fits,
    "rocketchat": embed_fits,
    "signal": call_fits,
    "slack": slack_fits,
    "teams": card_fits,
    "telegram": chat_fits,
    "zulip": zulip_fits,
    **PAGER_LIMITS,
}


def everywhere(text):
    """Return facts that hold the text wherever somebody else may put one."""
    body = text.encode(errors="replace")
    return {
        "name": text,
        "tags": (text, text),
        "description": text,
        "project": text,
        "period": None,
        "schedule": text,
        "others_down": (text,) * 30,
        "last_ping": a_ping(body=body, user_agent=text, method="POST"),
    }


def everywhere_of_monitor(text):
    """Return facts of a monitor that hold the text likewise."""
    call = a_failed_call(name=text, method=text, url=text, failures=(text,) * 30)
    return {
        "name": text,
        "tags": (text, text),
        "project": text,
        "others_down": (text,) * 30,
        "address": text,
        "cause": text,
        "locations": (text,) * 20,
        "failed_call": call,
        "run": a_run(location=text, statuses=(500,) * 50),
        "good_run": a_run(location=text),
        "url": a_message().url,
    }


def hostile_messages(text):
    for event in (AlertEvent.DOWN, AlertEvent.UP):
        yield a_message(event, **everywhere(text))
        yield a_monitor_message(event, **everywhere_of_monitor(text))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", LIMITS)
async def test_hostile_facts_are_told_within_the_limits(name, hostile):
    for message in hostile_messages(HOSTILE[hostile]):
        request = await captured(name, message)
        LIMITS[name](parsed(request), len(request.body))


@pytest.mark.parametrize("name", LIMITS)
@settings(max_examples=25)
@given(ANY_TEXT)
def test_any_text_is_told_within_the_limits(name, text):
    for message in (a_message(**everywhere(text)), a_monitor_message(**everywhere_of_monitor(text))):
        request = asyncio.run(captured(name, message))
        LIMITS[name](parsed(request), len(request.body))


@pytest.mark.parametrize("name", LIMITS)
async def test_a_monitor_that_is_down_is_told_with_its_cause_and_leads_to_it(name):
    message = a_monitor_message()
    said = everything(parsed(await captured(name, message)))
    assert "Web shop" in said
    assert message.subject.cause in said
    assert "check" not in said.lower()
    assert message.url in said or name in SPOKEN


@pytest.mark.parametrize("name", sorted(LIMITS.keys() - WORDLESS_WHEN_UP))
async def test_a_monitor_that_is_up_is_told_with_its_downtime(name):
    said = everything(parsed(await captured(name, a_monitor_message(AlertEvent.UP))))
    assert "Web shop" in said
    assert "1 hour 30 minutes" in said
