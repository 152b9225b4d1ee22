"""Kinds that open an alert at a service which pages people, and close it when that comes up again.

The service knows the alert by a key that we choose: one for each check or monitor, so that up closes what down opened,
a reminder adds to what is open, and what is sent twice makes no second alert. A test has a key of its own and is closed
at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from app.channels.gateway import Gateway
from app.channels.http_kind import GONE, TRIES, Judge, SecretUrl, gone_at, http_kind, posted_json
from app.channels.kind import ChannelKind, ChannelSettings
from app.channels.message import AlertEvent, AlertMessage
from app.channels.wording import one_line
from app.ids import unique_key
from app.outgoing import by_status, deliver
from app.security.hops import HttpRequest

SOURCE = "Heliograph"
"""The name that the services show for who raised an alert."""

_TAGS = 20
_TAG_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class PagerAlert:
    """The alert that a message is about, as its service knows it, and whether it is to be closed."""

    key: str
    closing: bool


Render = Callable[[Any, AlertMessage, PagerAlert], HttpRequest]


def pager_kind(
    about: str, settings: type[ChannelSettings], render: Render, *, value: str, judge: Judge = by_status
) -> ChannelKind:
    """Return a kind that opens an alert when something goes down and closes it when that comes up."""

    def request(settings: Any, message: AlertMessage) -> HttpRequest:
        return render(settings, message, PagerAlert(_key(message), closing=message.event is AlertEvent.UP))

    kind = http_kind(about, settings, request, value=value, judge=judge, is_noop=_tells_all)

    async def send(settings: Any, message: AlertMessage, gateway: Gateway) -> None:
        await kind.send(settings, message, gateway)
        if message.event is AlertEvent.TEST:
            closing = render(settings, message, PagerAlert(_key(message), closing=True))
            await deliver(closing, allow_private=gateway.allow_private, tries=TRIES, judge=judge)

    return replace(kind, send=send)


def short_tags(message: AlertMessage) -> list[str]:
    """Return as much of the tags as a service takes: 20, each one line of at most 50 characters."""
    lines = (one_line(tag, _TAG_CHARACTERS) for tag in message.tags[:_TAGS])
    return [line for line in lines if line]


class IntegrationSettings(ChannelSettings):
    """The settings of services that give each integration a secret URL, and need no more."""

    url: SecretUrl = Field(description="The URL of the integration, its key included.")


def integration_kind(about: str, body: Callable[[AlertMessage, PagerAlert], dict[str, Any]]) -> ChannelKind:
    """Return a kind that posts the body as JSON to the URL of an integration."""

    def render(settings: IntegrationSettings, message: AlertMessage, alert: PagerAlert) -> HttpRequest:
        return posted_json(settings.url, body(message, alert))

    return pager_kind(about, IntegrationSettings, render, value="url", judge=gone_at(GONE))


def _key(message: AlertMessage) -> str:
    """Name the alert without telling the uuid, which is, of a check, a key to ping it."""
    key = unique_key(message.uuid)
    return f"test-{key}" if message.event is AlertEvent.TEST else key


def _tells_all(_settings: Any, _event: AlertEvent) -> bool:
    """Keep still about nothing: an alert that up does not close would stay open."""
    return False
