"""Channel: by which means a contact is told."""

from datetime import datetime

from app.channels.registry import channel_kind
from app.store.channels import ChannelRecord, ContactRecord, opened_settings
from graphql_api.enums import ChannelKind
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.contact import Contact
from graphql_api.nodes.node import Node
from graphql_api.scalars import JSON


def _kind(root: ChannelRecord) -> ChannelKind:
    return ChannelKind(root.kind)


def _verified(root: ChannelRecord) -> bool:
    return root.verified_at is not None


def _last_error(root: ChannelRecord) -> str | None:
    return root.last_error or None


async def _settings(root: ChannelRecord, info: Info) -> JSON:
    settings = opened_settings(info.context.site.vault, root)
    return JSON(channel_kind(root.kind).redacted(settings))


async def _contact(root: ChannelRecord, info: Info) -> ContactRecord | None:
    return await info.context.loaders.contact.load(root.contact_id)


@node_type(ChannelRecord, "One means of telling a contact. Read-write keys alone see channels.")
class Channel(Node):
    """Describes `ChannelRecord`."""

    name: str = stored("What people call it.")
    kind: ChannelKind = plain(_kind, "By which means it tells people.")
    settings: JSON = fetched(_settings, "Its settings; secrets are hidden, and never come out again.")
    contact: Contact | None = fetched(_contact, "Whom it reaches.")
    verified: bool = plain(_verified, "Whether its address was vouched for.")
    disabled: bool = stored("Whether nothing is sent by it any more, because its address refused for good.")
    last_error: str | None = plain(_last_error, "Why the last message by it failed; null after a success.")
    last_delivered_at: datetime | None = stored("When a message was last delivered by it.")
