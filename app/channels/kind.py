"""What every folder of `app/channels/` offers: its package has a `KIND`, which is a `ChannelKind`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.channels.gateway import Gateway
from app.channels.message import AlertEvent, AlertMessage

HIDDEN = "********"
"""Stands for a secret where settings are shown."""

_HIDE = "is hidden where settings are shown"

Secret = Annotated[str, Field(min_length=1, max_length=1000, repr=False), _HIDE]
"""A text of the settings that nobody is shown again: a token, a password, a URL that is one."""

OptionalSecret = Annotated[str | None, Field(max_length=1000, repr=False), _HIDE]
"""A `Secret` that may be left out."""


class ChannelSettings(BaseModel):
    """The settings of one channel: closed to unknown fields, every text bounded, each field described for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DownAndUpSettings(ChannelSettings):
    """Settings with a choice of what the channel tells; a test is always wanted."""

    notify_up: bool = Field(default=True, description="Whether to tell when something comes up again.")
    notify_down: bool = Field(default=True, description="Whether to tell when something goes down.")


def lacks_nothing(_gateway: Gateway) -> str:
    """Say that every site can send by the kind."""
    return ""


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One means of telling people. Wherever settings are taken they are an instance of this kind's own `Settings`.

    `about` is a sentence for people. `from_value` returns settings, not yet validated, from the one address or URL that
    says most and what else was given; `redacted` returns them as they may be shown, nothing secret in them. `send`
    delivers one message; it raises `DeliveryError`, and nothing else, when that fails. `is_noop` tells whether the
    channel keeps still about an event, by its own settings. `receiver` names who is told, unambiguously within the
    kind and perhaps by a secret, where messages to one receiver are limited (section 11); without it there is no
    limit. `by_phone` marks kinds whose messages cost money and count against a project's monthly quota. `members` are
    the uuids of the channels of the same project that a channel of this kind stands for: each is sent a message of its
    own instead. `wants_objects` asks for `AlertMessage.objects`. `unavailable` says what the site lacks to send by this
    kind; it is empty when nothing is lacking.
    """

    about: str
    Settings: type[ChannelSettings]
    from_value: Callable[[str, dict[str, Any]], dict[str, Any]]
    send: Callable[[Any, AlertMessage, Gateway], Awaitable[None]]
    is_noop: Callable[[Any, AlertEvent], bool]
    redacted: Callable[[Any], dict[str, JsonValue]]
    receiver: Callable[[Any], str] | None = None
    by_phone: bool = False
    members: Callable[[Any], Sequence[str]] | None = None
    wants_objects: bool = False
    unavailable: Callable[[Gateway], str] = lacks_nothing


def keeps_still(settings: Any, event: AlertEvent) -> bool:
    """Tell whether `DownAndUpSettings` do not want the event."""
    if event is AlertEvent.UP:
        return not settings.notify_up
    return event is not AlertEvent.TEST and not settings.notify_down


def tells_down_alone(_settings: Any, event: AlertEvent) -> bool:
    """Keep still about what came up again: for kinds that can only raise something."""
    return event is AlertEvent.UP


def without_credentials(url: str) -> str:
    """Return the URL as it may be shown: user and password hidden."""
    parts = urlsplit(url)
    credentials, at, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{HIDDEN}@{place}").geturl() if at and credentials else url


def without_secrets(settings: ChannelSettings) -> dict[str, JsonValue]:
    """Return the settings with each field that is a `Secret` hidden."""
    shown: dict[str, JsonValue] = settings.model_dump(mode="json")
    secret = {name for name, field in type(settings).model_fields.items() if _HIDE in field.metadata}
    return {name: HIDDEN if name in secret and value else value for name, value in shown.items()}
