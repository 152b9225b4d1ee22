"""Ping: one signal that a check received."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.columns import BigId, UtcDateTime, Word
from app.rules.states import PingKind


class Ping(SQLModel, table=True):
    """One recorded signal; `number` counts from 1 for each check, without gaps; check and number name it."""

    __tablename__ = "pings"

    watchable_id: int = Field(foreign_key="checks.watchable_id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    number: int = Field(primary_key=True)
    kind: PingKind = Field(sa_type=Word(PingKind))
    at: datetime = Field(sa_type=UtcDateTime)
    run_key: str | None = Field(default=None, max_length=36)
    exit_status: int | None = None
    scheme: str = Field(max_length=10)
    method: str = Field(max_length=20)
    remote_address: str | None = Field(default=None, max_length=45)
    user_agent: str = Field(default="", max_length=200)
    body: bytes | None = None
