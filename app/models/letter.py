"""Letter: one mail that is owed to a user."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.models.notification import NotificationState


class LetterKind(StrEnum):
    """What a letter says: a report of a span of time, or that something is still down."""

    REPORT = "REPORT"
    NAG = "NAG"


class Letter(SQLModel, table=True):
    """A mail owed to a user, written in the transaction that moved the user's next one; `due_at` is when it was due.

    It waits, is claimed and is given up as a notification is.
    """

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_due", "state", "next_attempt_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True, sa_type=BigId)
    kind: LetterKind = Field(sa_type=Word(LetterKind))
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: NotificationState = Field(default=NotificationState.PENDING, sa_type=Word(NotificationState))
    attempt: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", max_length=200)
