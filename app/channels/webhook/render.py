"""Filling a webhook's request with the facts of a message (specs/healthchecks.md section 12)."""

import re
from urllib.parse import quote

from app.channels.message import AlertMessage
from app.channels.placeholders import expand
from app.channels.webhook.placeholders import body_values, common_values
from app.channels.webhook.settings import WebhookRequest
from app.security.hops import HttpRequest

MAX_URL_CHARACTERS = 64_000
MAX_HEADER_CHARACTERS = 32_000
MAX_BODY_CHARACTERS = 4_000_000

_BODY_METHODS = frozenset({"POST", "PUT"})
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")


def render(request: WebhookRequest, message: AlertMessage, status: str) -> HttpRequest:
    """Return the request to send; raises `DeliveryError` when it grows too long."""
    values = common_values(message, status)
    escaped = {name: quote(value, safe="/", errors="replace") for name, value in values.items()}
    return HttpRequest(
        method=request.method,
        url=expand(request.url, escaped, MAX_URL_CHARACTERS),
        headers={name: _header(value, values) for name, value in request.headers.items()},
        body=_body(request, values | body_values(message)),
    )


def _header(template: str, values: dict[str, str]) -> str:
    """Fill in a header's value: one line, and within Latin-1 by numeric character references."""
    one_line = _CONTROL.sub(" ", expand(template, values, MAX_HEADER_CHARACTERS))
    return one_line.encode("latin-1", "xmlcharrefreplace").decode("latin-1")


def _body(request: WebhookRequest, values: dict[str, str]) -> bytes | None:
    if request.method not in _BODY_METHODS or not request.body:
        return None
    return expand(request.body, values, MAX_BODY_CHARACTERS).encode(errors="replace")
