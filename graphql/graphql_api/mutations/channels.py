"""What can be done with channels."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import strawberry

from app.errors import InvalidInput
from app.store.channels import ChannelRecord
from app.store.notifications import NotificationRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.channel import ChannelCreateInput, ChannelUpdateInput
from graphql_api.inputs.channel_settings import SettingsInput
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


@strawberry.type(description="What `channelUpdate` did.")
class ChannelUpdatePayload(Payload):
    """The channel as it is now."""

    channel: ChannelRecord | None = strawberry.field(
        graphql_type=Channel | None, default=None, description="The channel as it is now; null when refused."
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
    with _placing(kind, given):
        made = await contacts.channel_create(
            info.context,
            contact_uuid=uuid_of(input.contact_id, "Contact", "contactId"),
            kind=kind,
            name=input.name,
            settings=given.settings(),
        )
    return ChannelCreatePayload(channel=made)


@refusable(ChannelUpdatePayload)
async def _update(
    info: Info,
    id: ChannelId,  # noqa: A002 - the argument's name in the schema
    input: Annotated[ChannelUpdateInput, strawberry.argument(description="What is to become of it.")],  # noqa: A002 - as above
) -> ChannelUpdatePayload:
    kind, given = input.settings.value.chosen() if input.settings else ("", None)
    with _placing(kind, given):
        changed = await contacts.channel_update(
            info.context,
            uuid=uuid_of(id, "Channel", "id"),
            name=input.name.value if input.name else None,
            settings=None if given is None else (kind, given.settings()),
            disabled=input.disabled.value if input.disabled else None,
        )
    return ChannelUpdatePayload(channel=changed)


@contextmanager
def _placing(kind: str, given: SettingsInput | None) -> Iterator[None]:
    """Let a refusal of settings say where they stand in the input."""
    try:
        yield
    except InvalidInput as error:
        if given is not None and error.path[:1] == ("settings",):
            error.path = ("settings", kind, *given.place(error.path[1:]))
        raise


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
    channel_update: ChannelUpdatePayload = fetched(
        _update, "Change a channel: its name, its settings as a whole, whether anything is sent by it."
    )
    channel_delete: ChannelDeletePayload = fetched(_delete, "Delete a channel with its notifications.")
    channel_test: ChannelTestPayload = fetched(_test, "Send a real message by a channel.")
