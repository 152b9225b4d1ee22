"""Flip: one stored change of state."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.rules.states import FlipReason, WatchState


class Flip(SQLModel, table=True):
    """A change of state, dated with the moment that it was due."""

    __tablename__ = "flips"
    __table_args__ = (Index("ix_flips_watchable_at", "watchable_id", "at", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    watchable_id: int = Field(foreign_key="watchables.id", ondelete="CASCADE", sa_type=BigId)
    at: datetime = Field(sa_type=UtcDateTime)
    from_state: WatchState = Field(sa_type=Word(WatchState))
    to_state: WatchState = Field(sa_type=Word(WatchState))
    reason: FlipReason = Field(default=FlipReason.NONE, sa_type=Word(FlipReason))
