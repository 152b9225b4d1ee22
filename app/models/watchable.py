"""Watchable: what checks and monitors share, in one integer id space."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.rules.states import WatchState


class WatchableKind(StrEnum):
    """Which table extends the watchable."""

    CHECK = "CHECK"
    MONITOR = "MONITOR"


_DOWN = text("state = 'DOWN'")


class Watchable(SQLModel, table=True):
    """Anything whose state is tracked.

    `tags` is the text as it was written, words split by spaces; it stays empty for monitors, whose tags may hold spaces
    and are rows of `watchable_tags` alone.

    While it is down, contacts are told again every `remind_every` seconds, the next time at `remind_at`.
    """

    __tablename__ = "watchables"
    __table_args__ = (
        Index("ix_watchables_project_slug", "project_id", "slug"),
        Index("ix_watchables_down", "project_id", "slug", sqlite_where=_DOWN, postgresql_where=_DOWN),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE", sa_type=BigId)
    kind: WatchableKind = Field(sa_type=Word(WatchableKind))
    name: str = Field(default="", max_length=100)
    slug: str = Field(default="", max_length=100)
    tags: str = Field(default="", max_length=500)
    state: WatchState = Field(default=WatchState.NEW, sa_type=Word(WatchState))
    state_since: datetime = Field(sa_type=UtcDateTime)
    paused: bool = False
    remind_every: int | None = None
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
