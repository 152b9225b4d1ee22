"""Kinds that take the JSON of Slack's incoming webhooks: one attachment (specs/healthchecks.md section 12)."""

from collections.abc import Callable
from typing import Any

from app.channels.chat_text import last_body, rows, title
from app.channels.http_kind import GONE, IncomingWebhookSettings, gone_at, http_kind, posted_json
from app.channels.kind import ChannelKind
from app.channels.markup import Markup
from app.channels.message import AlertEvent, AlertMessage
from app.security.hops import HttpRequest

# With every character escaped, a value stays below the 1024 characters that Discord takes, and all of them below 6000.
VALUE_CHARACTERS = 200

_COLORS = {
    AlertEvent.DOWN: "danger",
    AlertEvent.REMINDER: "danger",
    AlertEvent.UP: "good",
    AlertEvent.TEST: "good",
}
_TEXT = ("Reason", "Root cause", "Downtime", "What failed", "Description", "Also down")
_FIELDS = (
    *("Project", "Tags", "Period", "Schedule", "Time zone", "Total pings", "Last ping"),
    *("Target", "Down at", "Failed step", "Request", "Answer", "Run", "Last good run"),
)
_SHORT_CHARACTERS = 40


def slack_like_kind(about: str, markup: Markup, *, address: Callable[[str], str] = str) -> ChannelKind:
    """Return a kind that posts the attachment to what `address` makes of the URL in its settings."""

    def request(settings: IncomingWebhookSettings, message: AlertMessage) -> HttpRequest:
        return posted_json(address(settings.url), {"attachments": [_attachment(message, markup)]})

    return http_kind(about, IncomingWebhookSettings, request, value="url", judge=gone_at(GONE))


def _attachment(message: AlertMessage, markup: Markup) -> dict[str, Any]:
    known = rows(message, VALUE_CHARACTERS)
    return {
        "color": _COLORS[message.event],
        "fallback": markup.plain(title(message)),
        "title": markup.inline(title(message)),
        "title_link": message.url,
        "text": "\n".join(f"{label}: {markup.inline(value)}" for label, value in known if label in _TEXT),
        "fields": [
            _field(label.title(), markup.inline(value), short=len(value) < _SHORT_CHARACTERS)
            for label, value in known
            if label in _FIELDS
        ]
        + _body_field(message, markup),
        "mrkdwn_in": [],
    }


def _body_field(message: AlertMessage, markup: Markup) -> list[dict[str, Any]]:
    body = last_body(message)
    return [_field("Last Ping Body", markup.block(body), short=False)] if body else []


def _field(label: str, value: str, *, short: bool) -> dict[str, Any]:
    return {"title": label, "value": value, "short": short}
