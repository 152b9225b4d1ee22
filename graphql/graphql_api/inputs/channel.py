"""What a contact or channel is to be."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import strawberry

from app.channels.registry import channel_kinds
from app.errors import InvalidInput
from graphql_api.inputs.channel_settings import SettingsInput, settings_input
from graphql_api.inputs.references import uuid_of
from graphql_api.scalars import URL


@strawberry.input(description="One header of a request.")
class HeaderInput:
    """One header."""

    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value; it may hold placeholders, and is hidden from then on.")


@strawberry.input(
    description="One request of a webhook; URL, header values and body may hold placeholders such as `$NAME`."
)
class WebhookRequestInput:
    """One request."""

    url: URL = strawberry.field(description="Where to call.")
    method: str = strawberry.field(default="POST", description="GET, POST or PUT.")
    headers: list[HeaderInput] = strawberry.field(default_factory=list, description="Its headers; at most 20.")
    body: str = strawberry.field(default="", description="Its body, for POST and PUT.")

    def request(self) -> dict[str, object]:
        """Return the request as the channel's kind takes it."""
        headers = as_headers(self.headers)
        return {"url": self.url, "method": self.method, "headers": headers, "body": self.body}


@strawberry.input(
    description="What a webhook calls: either `url` and what goes with it, for down and up alike; or `down` and `up`."
)
class WebhookSettingsInput(SettingsInput):
    """The settings of a webhook."""

    url: URL | None = strawberry.field(default=None, description="Where to call for down and for up.")
    method: str = strawberry.field(default="POST", description="GET, POST or PUT; goes with `url`.")
    headers: list[HeaderInput] = strawberry.field(default_factory=list, description="Goes with `url`; at most 20.")
    body_template: str | None = strawberry.field(
        default=None, description="The body, for POST and PUT; goes with `url`."
    )
    down: WebhookRequestInput | None = strawberry.field(
        default=None, description="What to call when a check goes down."
    )
    up: WebhookRequestInput | None = strawberry.field(default=None, description="What to call when a check comes up.")

    def settings(self) -> dict[str, object]:
        """Return the settings as the channel's kind takes them; InvalidInput when both forms are given."""
        if self.url is None:
            events = {"down": self.down, "up": self.up}
            return {name: request.request() for name, request in events.items() if request is not None}
        if self.down is not None or self.up is not None:
            raise InvalidInput("Give either url, or down and up.", path=("settings", "url"))
        body = self.body_template or ""
        both = {"url": self.url, "method": self.method, "headers": as_headers(self.headers), "body": body}
        return {"down": both, "up": both}

    def place(self, path: Sequence[str]) -> list[str]:
        """Return where a setting stands: in `down` or `up`, or beside the `url` that was given for both."""
        if self.url is None or path[:1] not in (("down",), ("up",)):
            return list(path)
        return ["bodyTemplate" if name == "body" else name for name in path[1:]]


def as_headers(headers: Sequence[HeaderInput]) -> dict[str, str]:
    """Return the headers by name; InvalidInput when one is given twice."""
    if len({header.name.lower() for header in headers}) < len(headers):
        raise InvalidInput("A header is given twice.", path=("settings", "headers"))
    return {header.name: header.value for header in headers}


@strawberry.input(description="Several channels of the project under one name.")
class GroupSettingsInput(SettingsInput):
    """The settings of a group."""

    channel_ids: list[strawberry.ID] = strawberry.field(
        description="Its channels, none of them a group; at least one. One that is deleted later leaves the group."
    )

    def settings(self) -> dict[str, object]:
        """Return the settings as the channel's kind takes them; NotFound for what can be no channel."""
        path = ("settings", "group", "channelIds")
        return {"channels": [uuid_of(one, "Channel", *path) for one in self.channel_ids]}

    def place(self, path: Sequence[str]) -> list[str]:
        """Return where a member stands; what is said of all of them stands at their list."""
        return ["channelIds", *path[1:]]


_SHAPED: Mapping[str, type[SettingsInput]] = {"group": GroupSettingsInput, "webhook": WebhookSettingsInput}
"""The kinds whose settings are given in another shape than they are kept in."""


class _Choice:
    """One field a kind of `app/channels`, of the same name."""

    def chosen(self) -> tuple[str, SettingsInput]:
        """Return the kind and its settings."""
        given = ((kind, getattr(self, kind)) for kind in channel_kinds())
        return next((kind, settings) for kind, settings in given if isinstance(settings, SettingsInput))


def _choice() -> type[_Choice]:
    body: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for name, kind in channel_kinds().items():
        body[name] = strawberry.field(default=strawberry.UNSET, description=kind.about)
        body["__annotations__"][name] = (_SHAPED.get(name) or settings_input(name, kind)) | None
    return strawberry.input(
        type("ChannelSettingsInput", (_Choice,), body),
        one_of=True,
        description="The settings of a channel, and so its kind: exactly one field is given.",
    )


# A type that is made when the program starts is none that a type checker knows.
if TYPE_CHECKING:
    ChannelSettingsInput = _Choice
else:
    ChannelSettingsInput = _choice()


@strawberry.input(description="What a new channel is to be.")
class ChannelCreateInput:
    """A new channel."""

    contact_id: strawberry.ID = strawberry.field(description="Whom it is to reach.")
    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
    settings: ChannelSettingsInput = strawberry.field(description="By which means, and how.")


@strawberry.input(description="What is to become of a channel; what is absent stays as it is, and nothing can be null.")
class ChannelUpdateInput:
    """Changes of a channel."""

    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What people are to call it.")
    settings: strawberry.Maybe[ChannelSettingsInput] = strawberry.field(
        default=None, description="Exactly these settings, secrets included; of the kind that the channel has."
    )
    disabled: strawberry.Maybe[bool] = strawberry.field(
        default=None, description="Whether to send nothing by it; false also forgets the error that disabled it."
    )


@strawberry.input(description="What a new contact is to be.")
class ContactCreateInput:
    """A new contact."""

    project_id: strawberry.ID = strawberry.field(description="The project that it is to belong to.")
    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
    auto_linked: bool = strawberry.field(
        default=False,
        description="Whether it is told of every monitor that is made by an API which cannot say who is told.",
    )


@strawberry.input(description="What is to become of a contact; what is absent stays as it is, and nothing can be null.")
class ContactUpdateInput:
    """Changes of a contact."""

    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What people are to call it.")
    auto_linked: strawberry.Maybe[bool] = strawberry.field(
        default=None,
        description="Whether it is told of every monitor that is made by an API which cannot say who is told: "
        "true adds those there are; false removes none.",
    )
