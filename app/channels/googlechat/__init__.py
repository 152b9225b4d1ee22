"""Google Chat: a card by a space's incoming webhook. What stands in a card is read as HTML, so it is escaped."""

from html import escape
from typing import Any

from app.channels.chat_text import open_text, rows_and_body, title
from app.channels.http_kind import GONE, IncomingWebhookSettings, gone_at, http_kind, posted_json
from app.channels.message import AlertMessage
from app.security.hops import HttpRequest


def _request(settings: IncomingWebhookSettings, message: AlertMessage) -> HttpRequest:
    card = {"header": {"title": title(message)}, "sections": [{"widgets": _widgets(message)}]}
    body = {"fallbackText": title(message), "cardsV2": [{"cardId": "alert", "card": card}]}
    return posted_json(settings.url, body)


def _widgets(message: AlertMessage) -> list[dict[str, Any]]:
    link = {"text": open_text(message), "onClick": {"openLink": {"url": message.url}}}
    return [
        *(
            {"decoratedText": {"topLabel": label, "text": escape(value, quote=False), "wrapText": True}}
            for label, value in rows_and_body(message)
        ),
        {"buttonList": {"buttons": [link]}},
    ]


KIND = http_kind(
    "A card in Google Chat, by a space's incoming webhook.",
    IncomingWebhookSettings,
    _request,
    value="url",
    judge=gone_at(GONE),
)
