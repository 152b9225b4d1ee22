"""Run: one execution of a monitor from one location."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.models.columns import BigId, UtcDateTime, Word
from app.probes.result import Phase
from app.rules.outcomes import Outcome


class Run(SQLModel, table=True):
    """A run and the sums over its calls: milliseconds, None for a part that did not happen, and bytes of the bodies.

    It is named by its number; its location may be gone. `due_at` is the instant of the schedule that it served. The
    failure's words are empty when there was none.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_watchable", "watchable_id", "id"),
        Index("ix_runs_watchable_created_at", "watchable_id", "created_at"),
        Index("ix_runs_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    watchable_id: int = Field(foreign_key="watchables.id", ondelete="CASCADE", sa_type=BigId)
    location_id: int | None = Field(default=None, sa_type=BigId)
    due_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime = Field(sa_type=UtcDateTime)
    outcome: Outcome = Field(sa_type=Word(Outcome))
    resolve_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    processing_ms: float | None = None
    transfer_ms: float | None = None
    closing_ms: float | None = None
    total_ms: float = 0.0
    download_bytes: int = Field(default=0, sa_type=BigId)
    failure_phase: Phase | None = Field(default=None, sa_type=Word(Phase))
    failure_code: str = Field(default="", max_length=40)
    failure_message: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
