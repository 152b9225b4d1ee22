"""The settings of a webhook: one request for down, one for up, either may be missing (section 12)."""

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, JsonValue, model_validator

from app.channels.kind import HIDDEN, ChannelSettings, without_credentials
from app.channels.message import AlertEvent
from app.channels.two_sides import chosen_side
from app.channels.webhook.placeholders import has_placeholder
from app.security.hops import wire_url

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# These frame the request itself: a wrong value would break it or smuggle in a second one.
_FRAMING = frozenset({"connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"})


def _callable(url: str) -> str:
    """Accept no URL, or an absolute one whose host no placeholder can change."""
    if url:
        wire_url(url)
        if _CONTROL.search(url) or has_placeholder(urlsplit(url).netloc):
            raise ValueError("The URL may hold neither control characters nor placeholders in its host")
    return url


def _sendable_name(name: str) -> str:
    if name.lower() in _FRAMING:
        raise ValueError(f"The header {name} is set by the server")
    return name


def _sendable_value(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("A header's value may not hold control characters")
    return value


HeaderName = Annotated[
    str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=100), AfterValidator(_sendable_name)
]
HeaderValue = Annotated[str, Field(max_length=1000), AfterValidator(_sendable_value)]


class WebhookRequest(ChannelSettings):
    """One request; placeholders may stand in URL (behind the host), header values and body."""

    method: Literal["GET", "POST", "PUT"] = "GET"
    url: Annotated[str, Field(max_length=1000), AfterValidator(_callable)] = Field(default="", repr=False)
    headers: Annotated[dict[HeaderName, HeaderValue], Field(max_length=20)] = Field(default_factory=dict, repr=False)
    body: str = Field(default="", max_length=10_000, repr=False)


class Settings(ChannelSettings):
    """What to call when something goes down, and when it comes up again; at least one of them."""

    down: WebhookRequest | None = None
    up: WebhookRequest | None = None

    @model_validator(mode="after")
    def _calls_something(self) -> Self:
        if not any(request and request.url for request in (self.down, self.up)):
            raise ValueError("A webhook needs a URL for down, for up or for both")
        return self


def from_value(value: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a webhook: each request of `more` goes to `value` unless it names its own URL.

    Without requests, both events POST the check or monitor as JSON to `value`.
    """
    if not more:
        request = {"method": "POST", "url": value, "headers": {"Content-Type": "application/json"}, "body": "$JSON"}
        return {"down": request, "up": request}
    return {side: {"url": value, **request} if isinstance(request, dict) else request for side, request in more.items()}


def chosen_request(settings: Settings, event: AlertEvent) -> tuple[WebhookRequest, str] | None:
    """Return the request for this event and its `$STATUS`, or nothing if the event has no URL."""
    down, up = (request if request and request.url else None for request in (settings.down, settings.up))
    return chosen_side(down, up, event)


def is_noop(settings: Settings, event: AlertEvent) -> bool:
    """Tell whether there is no URL for this event."""
    return chosen_request(settings, event) is None


def redacted(settings: Settings) -> dict[str, JsonValue]:
    """Return the settings with header values and the URLs' credentials hidden."""
    return {"down": _redacted(settings.down), "up": _redacted(settings.up)}


def _redacted(request: WebhookRequest | None) -> JsonValue:
    if request is None:
        return None
    return {
        "method": request.method,
        "url": without_credentials(request.url),
        "headers": dict.fromkeys(request.headers, HIDDEN),
        "body": request.body,
    }
