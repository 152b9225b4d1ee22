"""Spike: its webhook integration opens an incident and resolves it by its title.

https://docs.spike.sh/integrations-guideline/integrating-with-webhooks has the fields. The title is the incident's only
name: it holds a part of the key, so that two checks of one name are two incidents.
"""

from dataclasses import replace

from pydantic import Field

from app.channels.chat_text import chat_text, title
from app.channels.http_kind import GONE, SecretUrl, gone_at, posted_json
from app.channels.kind import ChannelSettings
from app.channels.message import AlertEvent, AlertMessage
from app.channels.pager import PagerAlert, pager_kind
from app.security.hops import HttpRequest

KEY_CHARACTERS = 13
BODY_BYTES = 15_000


class Settings(ChannelSettings):
    """Which integration to alert."""

    url: SecretUrl = Field(description="The URL of a webhook integration.")


def _request(settings: Settings, message: AlertMessage, alert: PagerAlert) -> HttpRequest:
    body = {"title": _title(message, alert), "body": chat_text(message, BODY_BYTES)}
    return posted_json(settings.url, body | ({"status": "resolve"} if alert.closing else {}))


def _title(message: AlertMessage, alert: PagerAlert) -> str:
    """Return the same words for what opens an incident and what closes it."""
    opened = message if message.event is AlertEvent.TEST else replace(message, event=AlertEvent.DOWN)
    return f"{title(opened)} ({alert.key[:KEY_CHARACTERS]})"


KIND = pager_kind(
    "An incident of Spike, opened when a check goes down and resolved when it comes up.",
    Settings,
    _request,
    value="url",
    judge=gone_at(GONE),
)
