"""Spike: its webhook integration opens an incident and resolves it by its title.

https://docs.spike.sh/integrations-guideline/integrating-with-webhooks has the fields. The title is the incident's only
name: it holds a part of the key, so that two checks of one name are two incidents.
"""

from dataclasses import replace
from typing import Any

from app.channels.chat_text import chat_text, title
from app.channels.message import AlertEvent, AlertMessage
from app.channels.pager import PagerAlert, integration_kind

KEY_CHARACTERS = 13
BODY_BYTES = 15_000


def _body(message: AlertMessage, alert: PagerAlert) -> dict[str, Any]:
    body = {"title": _title(message, alert), "body": chat_text(message, BODY_BYTES)}
    return body | ({"status": "resolve"} if alert.closing else {})


def _title(message: AlertMessage, alert: PagerAlert) -> str:
    """Return the same words for what opens an incident and what closes it."""
    opened = message if message.event is AlertEvent.TEST else replace(message, event=AlertEvent.DOWN)
    return f"{title(opened)} ({alert.key[:KEY_CHARACTERS]})"


KIND = integration_kind(
    "An incident of Spike, opened when something goes down and resolved when it comes up.",
    _body,
)
