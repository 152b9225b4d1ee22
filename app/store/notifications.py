"""Notifications in the database, as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from app.channels.message import AlertEvent
from app.db.reader import Reader
from app.errors import NotFound
from app.models import NotificationState
from app.models.tables import channels, notifications


@dataclass(frozen=True, slots=True)
class NotificationRecord:
    """All that is stored of one notification."""

    id: int
    uuid: str
    channel_id: int
    watchable_id: int | None
    event: AlertEvent
    state: NotificationState
    attempt: int
    created_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None
    error: str


_SELECT_NOTIFICATIONS = select(*(notifications.c[field.name] for field in fields(NotificationRecord)))


async def page(
    reader: Reader, project_id: int, *, channel_id: int | None, below: int | None, limit: int
) -> list[NotificationRecord]:
    """Return the project's notifications with row numbers below `below`, newest first, of one channel or of all."""
    statement = _SELECT_NOTIFICATIONS.join(channels).where(channels.c.project_id == project_id)
    if channel_id is not None:
        statement = statement.where(notifications.c.channel_id == channel_id)
    if below is not None:
        statement = statement.where(notifications.c.id < below)
    rows = await reader.rows(statement.order_by(notifications.c.id.desc()).limit(limit))
    return [NotificationRecord(*row) for row in rows]


async def by_uuid(reader: Reader, project_id: int, uuid: str) -> NotificationRecord:
    """Return the project's notification with this uuid, or NotFound."""
    own = _SELECT_NOTIFICATIONS.join(channels).where(channels.c.project_id == project_id)
    row = await reader.row(own.where(notifications.c.uuid == uuid))
    if row is None:
        raise NotFound("There is no such notification.")
    return NotificationRecord(*row)


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, NotificationRecord]:
    """Return the project's notifications with these uuids, by uuid."""
    own = _SELECT_NOTIFICATIONS.join(channels).where(channels.c.project_id == project_id)
    return {row.uuid: NotificationRecord(*row) for row in await reader.rows(own.where(notifications.c.uuid.in_(uuids)))}
