"""What a contact or channel is to be."""

from collections.abc import Sequence

import strawberry

from app.errors import InvalidInput
from graphql_api.scalars import URL


@strawberry.input(description="One header of a request.")
class HeaderInput:
    """One header."""

    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value; it may hold placeholders, and is hidden from then on.")


@strawberry.input(description="An e-mail address, and what is sent to it.")
class EmailSettingsInput:
    """The settings of a mail channel."""

    address: str = strawberry.field(description="Whom to write to.")
    notify_up: bool = strawberry.field(default=True, description="Whether to tell when a check comes up again.")
    notify_down: bool = strawberry.field(default=True, description="Whether to tell when a check goes down.")

    def settings(self) -> dict[str, object]:
        """Return the settings as the channel's kind takes them."""
        return {"address": self.address, "notify_up": self.notify_up, "notify_down": self.notify_down}


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
class WebhookSettingsInput:
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


def as_headers(headers: Sequence[HeaderInput]) -> dict[str, str]:
    """Return the headers by name; InvalidInput when one is given twice."""
    if len({header.name.lower() for header in headers}) < len(headers):
        raise InvalidInput("A header is given twice.", path=("settings", "headers"))
    return {header.name: header.value for header in headers}


@strawberry.input(one_of=True, description="The settings of a channel, and so its kind: exactly one field is given.")
class ChannelSettingsInput:
    """One field a kind of `app/channels`, of the same name."""

    email: EmailSettingsInput | None = strawberry.field(default=strawberry.UNSET, description="Tells by e-mail.")
    webhook: WebhookSettingsInput | None = strawberry.field(
        default=strawberry.UNSET, description="Tells by an HTTP request."
    )

    def chosen(self) -> tuple[str, EmailSettingsInput | WebhookSettingsInput]:
        """Return the kind and its settings."""
        if isinstance(self.email, EmailSettingsInput):
            return "email", self.email
        if isinstance(self.webhook, WebhookSettingsInput):
            return "webhook", self.webhook
        raise InvalidInput("Give the settings of one kind.", path=("settings",))


@strawberry.input(description="What a new channel is to be.")
class ChannelCreateInput:
    """A new channel."""

    contact_id: strawberry.ID = strawberry.field(description="Whom it is to reach.")
    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
    settings: ChannelSettingsInput = strawberry.field(description="By which means, and how.")


@strawberry.input(description="What a new contact is to be.")
class ContactCreateInput:
    """A new contact."""

    project_id: strawberry.ID = strawberry.field(description="The project that it is to belong to.")
    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
