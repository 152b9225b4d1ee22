"""Monitor: the active watchable, which probes something."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.rules.outcomes import Outcome, ProbeKind


class Monitor(SQLModel, table=True):
    """What a monitor adds to its watchable. Interval and timeout (of a whole run) are whole seconds.

    `address` is what is probed, empty for API monitors, whose templates have their own. `locations_down`, `runs_down`
    and `runs_up` say how many places must agree, and for how many runs in a row, before the state flips.
    A monitor and a contact that are both `auto_linked` are assigned to each other when the later of them is made.
    `updated_at` moves with any change of its settings or templates, never with a run.
    """

    __tablename__ = "monitors"

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    badge_uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    kind: ProbeKind = Field(sa_type=Word(ProbeKind))
    address: str = ""
    interval: int
    timeout: int
    retries: int = 0
    locations_down: int = 1
    runs_down: int = 1
    runs_up: int = 1
    degraded_above_ms: float | None = None
    auto_linked: bool = False
    updated_at: datetime = Field(sa_type=UtcDateTime)
    last_run_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_outcome: Outcome | None = Field(default=None, sa_type=Word(Outcome))
