"""Outage: the merged, confirmed bad stretch of a watchable, with its root cause."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.probes.result import Phase

_OPEN = text("resolved_at IS NULL")


class Outage(SQLModel, table=True):
    """From the flip that took the watchable down to the one that ended it; a watchable has one open outage at most.

    `locations_down` is the most that agreed. The root cause is `cause_…`; `evidence` is a JSON array of
    `{"kind", "at", "location_id", "text"}`. `bad_run_id` is the run that confirmed it, `good_run_id` the last one
    before that passed; they are kept as long as the outage.
    """

    __tablename__ = "outages"
    __table_args__ = (
        Index("ix_outages_watchable", "watchable_id", "id"),
        Index("ix_outages_open", "watchable_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    watchable_id: int = Field(foreign_key="watchables.id", ondelete="CASCADE", sa_type=BigId)
    started_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    locations_down: int = 1
    cause_summary: str = ""
    cause_phase: Phase | None = Field(default=None, sa_type=Word(Phase))
    cause_code: str = Field(default="", max_length=40)
    evidence: str = "[]"
    computed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    bad_run_id: int | None = Field(default=None, foreign_key="runs.id", ondelete="SET NULL", index=True, sa_type=BigId)
    good_run_id: int | None = Field(default=None, foreign_key="runs.id", ondelete="SET NULL", index=True, sa_type=BigId)
    ignored: bool = False
