"""Notification: one message to one channel, with its attempts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.channels.message import AlertEvent
from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word


class NotificationState(StrEnum):
    """Waiting for its next attempt, delivered, or given up."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


class Notification(SQLModel, table=True):
    """A message owed to a channel, written in the transaction of the flip that caused it.

    While PENDING, `next_attempt_at` is when it is due; a claim moves it to the end of the lease, so that an attempt
    that died with its process is made again. `attempt` counts the claims so far. `group_id` is the notification to a
    group of channels for which this one is sent to a member; it may be gone.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_due", "state", "next_attempt_at"),
        Index("ix_notifications_channel", "channel_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    channel_id: int = Field(foreign_key="channels.id", ondelete="CASCADE", sa_type=BigId)
    watchable_id: int | None = Field(
        default=None, foreign_key="watchables.id", ondelete="CASCADE", index=True, sa_type=BigId
    )
    flip_id: int | None = Field(default=None, foreign_key="flips.id", ondelete="CASCADE", index=True, sa_type=BigId)
    group_id: int | None = Field(default=None, index=True, sa_type=BigId)
    event: AlertEvent = Field(sa_type=Word(AlertEvent))
    state: NotificationState = Field(default=NotificationState.PENDING, sa_type=Word(NotificationState))
    attempt: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", max_length=200)
