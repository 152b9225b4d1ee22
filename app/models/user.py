"""User: a person who signs in."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.rules.rhythms import NagRhythm, ReportRhythm

_REPORTED = text("report_rhythm <> 'OFF'")
_NAGGED = text("nag_rhythm <> 'OFF'")


class User(SQLModel, table=True):
    """A person; `email` is unique in lower case.

    `next_report_at` and `next_nag_at` are when the next report, and the next reminder of what is down, are due by mail.
    Their indexes hold those alone who want such mails.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_next_report_at", "next_report_at", sqlite_where=_REPORTED, postgresql_where=_REPORTED),
        Index("ix_users_next_nag_at", "next_nag_at", sqlite_where=_NAGGED, postgresql_where=_NAGGED),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(default="", max_length=100)
    timezone: str = Field(default="UTC", max_length=36)
    password_hash: str = Field(max_length=200)
    report_rhythm: ReportRhythm = Field(default=ReportRhythm.MONTHLY, sa_type=Word(ReportRhythm))
    next_report_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    nag_rhythm: NagRhythm = Field(default=NagRhythm.OFF, sa_type=Word(NagRhythm))
    next_nag_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
