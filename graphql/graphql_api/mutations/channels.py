"""What can be done with channels."""

from typing import Annotated

import strawberry

from app.errors import InvalidInput
from app.store.channels import ChannelRecord
from app.store.notifications import NotificationRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.channel import ChannelCreateInput, WebhookSettingsInput
from graphql_api.inputs.references import uuid_of
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.channel import Channel
from graphql_api.nodes.notification import Notification
from graphql_api.resolvers import contacts

ChannelId = Annotated[strawberry.ID, strawberry.argument(description="Which channel.")]


@strawberry.type(description="What `channelCreate` did.")
class ChannelCreatePayload(Payload):
    """The channel."""

    channel: ChannelRecord | None = strawberry.field(
        graphql_type=Channel | None, default=None, description="The channel; null when refused."
    )


@strawberry.type(description="What `channelDelete` did.")
class ChannelDeletePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="What was deleted; null when refused."
    )


@strawberry.type(description="What `channelTest` did.")
class ChannelTestPayload(Payload):
    """The message that was sent off."""

    notification: NotificationRecord | None = strawberry.field(
        graphql_type=Notification | None,
        default=None,
        description="The message; read it again by `node` to see how it fared. Null when refused.",
    )


@refusable(ChannelCreatePayload)
async def _create(
    info: Info,
    input: Annotated[ChannelCreateInput, strawberry.argument(description="What the channel is to be.")],  # noqa: A002 - the argument's name in the schema
) -> ChannelCreatePayload:
    kind, given = input.settings.chosen()
    try:
        made = await contacts.channel_create(
            info.context,
            contact_uuid=uuid_of(input.contact_id, "Contact", "contactId"),
            kind=kind,
            name=input.name,
            settings=given.settings(),
        )
    except InvalidInput as error:
        short = isinstance(given, WebhookSettingsInput) and given.url is not None
        raise InvalidInput(error.message, path=_path(error.path, kind, short=short)) from error
    return ChannelCreatePayload(channel=made)


_NAMES = {"notify_up": "notifyUp", "notify_down": "notifyDown"}


def _path(path: tuple[str, ...], kind: str, *, short: bool) -> tuple[str, ...]:
    """Return where a setting stands in the input, `short` when one request was given for down and up."""
    if path[:1] != ("settings",):
        return path
    rest = [_NAMES.get(part, part) for part in path[1:]]
    if short and rest[:1] in (["down"], ["up"]):
        rest = ["bodyTemplate" if part == "body" else part for part in rest[1:]]
    return "settings", kind, *rest


@refusable(ChannelDeletePayload)
async def _delete(info: Info, id: ChannelId) -> ChannelDeletePayload:  # noqa: A002 - the argument's name in the schema
    await contacts.channel_delete(info.context, uuid=uuid_of(id, "Channel", "id"))
    return ChannelDeletePayload(deleted_id=id)


@refusable(ChannelTestPayload)
async def _test(info: Info, id: ChannelId) -> ChannelTestPayload:  # noqa: A002 - the argument's name in the schema
    sent = await contacts.channel_test(info.context, uuid=uuid_of(id, "Channel", "id"))
    return ChannelTestPayload(notification=sent)


@strawberry.type
class ChannelMutation:
    """The mutations of channels."""

    channel_create: ChannelCreatePayload = fetched(_create, "Give a contact another channel.")
    channel_delete: ChannelDeletePayload = fetched(_delete, "Delete a channel with its notifications.")
    channel_test: ChannelTestPayload = fetched(_test, "Send a real message by a channel.")
