"""Rollup: the runs of a monitor from one location in one minute, hour or day, summed up."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.models.columns import BigId, UtcDateTime


class Rollup(SQLModel, table=True):
    """What reports read: `resolution` is 60, 3600 or 86400 seconds, `bucket_at` the start of the stretch in UTC.

    `runs` counts the measured ones, `slow` and `failures` those among them; `…_sum` are milliseconds over all of
    these. A run belongs to the bucket of its `created_at`.
    """

    __tablename__ = "rollups"
    __table_args__ = (Index("ix_rollups_age", "resolution", "bucket_at"), {"sqlite_with_rowid": False})

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    resolution: int = Field(primary_key=True)
    bucket_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    location_id: int = Field(primary_key=True, sa_type=BigId)
    runs: int
    slow: int
    failures: int
    resolve_sum: float
    connect_sum: float
    tls_sum: float
    processing_sum: float
    transfer_sum: float
    closing_sum: float
    total_sum: float
    total_min: float
    total_max: float
