"""Notification: one message to one channel, with its attempts."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.channels.message import AlertEvent
from app.models import NotificationState
from app.store.channels import ChannelRecord
from app.store.checks import CheckRecord
from app.store.monitors import MonitorRecord
from app.store.notifications import NotificationRecord
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.channel import Channel
from graphql_api.nodes.node import Node

if TYPE_CHECKING:
    from graphql_api.nodes.watchable import Watchable


def _error(root: NotificationRecord) -> str | None:
    return root.error or None


async def _channel(root: NotificationRecord, info: Info) -> ChannelRecord | None:
    return await info.context.loaders.channel.load(root.channel_id)


async def _watchable(root: NotificationRecord, info: Info) -> CheckRecord | MonitorRecord | None:
    if root.watchable_id is None:
        return None
    return await info.context.loaders.watchable.load(root.watchable_id)


@node_type(NotificationRecord, "One message to one channel. Read-write keys alone see notifications.")
class Notification(Node):
    """Describes `NotificationRecord`."""

    channel: Channel | None = fetched(_channel, "The channel that it is sent by.")
    watchable: Annotated["Watchable", strawberry.lazy("graphql_api.nodes.watchable")] | None = fetched(
        _watchable, "What it tells about; null for a test."
    )
    event: AlertEvent = stored("What it tells.")
    state: NotificationState = stored("How it fares.")
    attempt: int = stored("How many attempts were made to send it.")
    created_at: datetime = stored("When it became due.")
    sent_at: datetime | None = stored("When it was delivered.")
    error: str | None = plain(_error, "Why its last attempt failed.")
