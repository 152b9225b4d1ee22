"""What can be read of notifications."""

from app.security.roles import Role
from app.store import channels, notifications
from app.store.notifications import NotificationRecord
from graphql_api.context import Context


async def notification_page(
    ctx: Context, *, channel_uuid: str | None, below: int | None, limit: int
) -> list[NotificationRecord]:
    """Return the project's notifications with row numbers below `below`, newest first, of one channel or of all."""
    project = ctx.project(Role.EDITOR)
    channel_id = None if channel_uuid is None else (await channels.channel(ctx.database, project.id, channel_uuid)).id
    return await notifications.page(ctx.database, project.id, channel_id=channel_id, below=below, limit=limit)
