"""Contact: who is told."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from app.store.channels import ChannelRecord, ContactRecord
from graphql_api.fields import Info, fetched, node_type, stored
from graphql_api.nodes.node import Node
from graphql_api.resolvers import contacts

if TYPE_CHECKING:
    from graphql_api.nodes.channel import Channel


async def _channels(root: ContactRecord, info: Info) -> list[ChannelRecord]:
    return await contacts.channels_of_contact(info.context, contact_id=root.id)


@node_type(ContactRecord, "Who is told: a person or a group, reached by channels.")
class Contact(Node):
    """Describes `ContactRecord`."""

    name: str = stored("What people call it.")
    auto_linked: bool = stored(
        "Whether it is told of every monitor that is made by an API which cannot say who is told."
    )
    channels: list[Annotated["Channel", strawberry.lazy("graphql_api.nodes.channel")]] | None = fetched(
        _channels, "The means by which it is told, oldest first. FORBIDDEN to read-only keys."
    )
