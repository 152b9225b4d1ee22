"""Alert: one place's finding that something is down, until it is up again there."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime

_OPEN = text("resolved_at IS NULL")


class Alert(SQLModel, table=True):
    """What a place reported. `run_id` is the run that found it, which may be gone; `output` is what it said.

    A place has one open alert of a watchable at most.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_watchable", "watchable_id", "id"),
        Index("ix_alerts_open", "watchable_id", "location_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    watchable_id: int = Field(foreign_key="watchables.id", ondelete="CASCADE", sa_type=BigId)
    location_id: int | None = Field(
        default=None, foreign_key="locations.id", ondelete="SET NULL", index=True, sa_type=BigId
    )
    outage_id: int | None = Field(
        default=None, foreign_key="outages.id", ondelete="SET NULL", index=True, sa_type=BigId
    )
    run_id: int | None = Field(default=None, foreign_key="runs.id", ondelete="SET NULL", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    output: str = ""
    ignored: bool = False
