"""Check: the passive watchable, which waits for pings."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.rules.states import ScheduleKind


class Check(SQLModel, table=True):
    """What a check adds to its watchable. Periods and grace are whole seconds.

    `period`, `schedule` and `timezone` are all kept when the schedule's kind changes. `next_expected_at` and
    `alert_after` are computed when something changes and stored, so that lists and the watcher only read them.
    `watch_at` is when the watcher looks next: not later than `alert_after`, unless that could not be computed, but
    seldom moved, since it is indexed. `failure_count` are the failures in a row since the last success: as many as
    `failures_before_down` take the check down.
    """

    __tablename__ = "checks"

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    unique_key: str = Field(max_length=40, index=True)
    badge_uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    description: str = ""
    schedule_kind: ScheduleKind = Field(default=ScheduleKind.PERIOD, sa_type=Word(ScheduleKind))
    period: int = 86_400
    grace: int = 3_600
    schedule: str = Field(default="* * * * *", max_length=100)
    timezone: str = Field(default="UTC", max_length=36)
    manual_resume: bool = False
    failures_before_down: int = 1
    failure_count: int = 0
    methods: str = Field(default="", max_length=30)
    start_keywords: str = Field(default="", max_length=200)
    success_keywords: str = Field(default="", max_length=200)
    failure_keywords: str = Field(default="", max_length=200)
    filter_subject: bool = False
    filter_body: bool = False
    filter_http_body: bool = False
    filter_default_fail: bool = False
    ping_count: int = 0
    last_ping_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_start_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_start_run_key: str | None = Field(default=None, max_length=36)
    last_run_us: int | None = Field(default=None, sa_type=BigId)
    next_expected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alert_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    watch_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
