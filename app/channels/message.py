"""What a channel is told: the facts of one change of state, free of any table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.rules.states import FlipReason, PingKind, WatchState


class AlertEvent(StrEnum):
    """What a message is about. `REMINDER` says again that something is down; `TEST` is sent on request."""

    DOWN = "DOWN"
    UP = "UP"
    REMINDER = "REMINDER"
    TEST = "TEST"


@dataclass(frozen=True, slots=True)
class LastPing:
    """The newest ping that was not later than the change of state."""

    number: int
    at: datetime
    kind: PingKind
    scheme: str
    method: str
    remote_address: str | None
    user_agent: str
    exit_status: int | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One check of a project at a glance."""

    name: str
    state: WatchState
    paused: bool
    last_ping_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The checks of a project at a glance, as many as fit."""

    lines: tuple[OverviewLine, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """The facts of one change of state of one check, in the words of DESIGN section 1.

    `check_json` is the Healthchecks v3 read-write object as JSON text, for the `$JSON` placeholder
    (specs/healthchecks.md section 12). `downtime` is set when the check came up again, and
    in reminders, which tell how long it is down by now.
    `period` (seconds) is set for period schedules, `schedule` (expression) for the others.
    `overview` is set in mails to members of the project.
    """

    event: AlertEvent
    check_uuid: str
    name: str
    slug: str
    tags: tuple[str, ...]
    description: str
    project: str
    changed_at: datetime
    reason: FlipReason
    downtime: timedelta | None
    period: int | None
    schedule: str | None
    timezone: str
    grace: int
    ping_count: int
    last_ping: LastPing | None
    others_down: tuple[str, ...]
    url: str
    check_json: str
    overview: Overview | None = None

    @property
    def title(self) -> str:
        """The name that people know the check by: its name, or its uuid when it has none."""
        return self.name or self.check_uuid


class DeliveryError(Exception):
    """A message could not be delivered; `permanent` says that trying again is useless."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
