"""MonitorLocation: where a monitor is probed from, when next, and how it fared there."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.columns import BigId, UtcDateTime, Word
from app.rules.outcomes import Outcome


class MonitorLocation(SQLModel, table=True):
    """A monitor's place, in the order of `position`. SQLite keeps the rows in their key, which a claim finds them by.

    `look_at` is when the scheduler looks next: `due_at` while nobody runs it, the end of the lease while somebody does.
    Both are None where it is not probed: the monitor is paused, or another place of it is served by the same machine.
    A claim counts `lease` up; whatever names an older lease or another due instant is dropped.
    `failures_in_row` and `passes_in_row` count the newest measured runs of one sort, `unmeasured_in_row` those since
    that were not measured. `bad` is what the monitor's settings make of them: its alert is open. `last_run_at` and
    `last_outcome` are those of the newest measured run.
    """

    __tablename__ = "monitor_locations"
    __table_args__ = {"sqlite_with_rowid": False}

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    location_id: int = Field(
        foreign_key="locations.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId
    )
    position: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    lease: int = 0
    failures_in_row: int = 0
    passes_in_row: int = 0
    unmeasured_in_row: int = 0
    bad: bool = False
    last_run_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_outcome: Outcome | None = Field(default=None, sa_type=Word(Outcome))
