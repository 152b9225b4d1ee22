"""Microsoft Teams: an Adaptive Card by a workflow that waits for a webhook request.

The card's texts are text runs, which know no markup, so that nothing in them needs escaping.
"""

from typing import Any

from app.channels.chat_text import open_text, rows_and_body, title
from app.channels.http_kind import GONE, IncomingWebhookSettings, gone_at, http_kind, posted_json
from app.channels.message import AlertEvent, AlertMessage
from app.security.hops import HttpRequest

_GOOD = frozenset({AlertEvent.UP, AlertEvent.TEST})


def _request(settings: IncomingWebhookSettings, message: AlertMessage) -> HttpRequest:
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": _card(message),
    }
    return posted_json(settings.url, {"type": "message", "attachments": [attachment]})


def _card(message: AlertMessage) -> dict[str, Any]:
    color = "good" if message.event in _GOOD else "attention"
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "fallbackText": title(message),
        "body": [
            _line({"text": title(message), "size": "large", "weight": "bolder", "color": color}),
            *(
                _line({"text": f"{label}: ", "weight": "bolder"}, {"text": value})
                for label, value in rows_and_body(message)
            ),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": open_text(message), "url": message.url}],
        "msteams": {"width": "Full"},
    }


def _line(*runs: dict[str, str]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run} for run in runs]}


KIND = http_kind(
    "A card in Microsoft Teams, by a workflow.",
    IncomingWebhookSettings,
    _request,
    value="url",
    judge=gone_at(GONE),
)
