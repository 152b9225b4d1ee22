"""What a channel is told: the facts of one change of state, free of any table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from app.probes.result import PhaseTimes
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
class CheckFacts:
    """What is told of a check alone.

    `period` (seconds) is set for period schedules, `schedule` (expression) for the others.
    """

    noun: ClassVar[str] = "check"

    description: str
    reason: FlipReason
    period: int | None
    schedule: str | None
    timezone: str
    grace: int
    ping_count: int
    last_ping: LastPing | None


@dataclass(frozen=True, slots=True)
class FailedCall:
    """The first call of a run that failed: its number from 1 as `step`, what it asked for, and what did not hold.

    `url` has neither credentials nor a query; it is empty, as is `method`, when the request is no longer kept.
    `status` is None when no response came.
    """

    step: int
    name: str
    method: str
    url: str
    status: int | None
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunGlance:
    """One run at a glance: when and from where, the status of each of its responses, and how long its parts took."""

    at: datetime
    location: str
    statuses: tuple[int, ...]
    phases: PhaseTimes
    total_ms: float


@dataclass(frozen=True, slots=True)
class MonitorFacts:
    """What is told of a monitor alone.

    `address` is what it probes, without credentials and query, empty where its steps have their own. `cause` is the
    root cause of its outage, also when that has just ended; `locations` are the places that found it down. `run` is
    the one that decided, `good_run`, of what is down, the last one before that passed.
    """

    noun: ClassVar[str] = "monitor"

    address: str
    steps: int
    cause: str
    locations: tuple[str, ...]
    failed_call: FailedCall | None
    run: RunGlance | None
    good_run: RunGlance | None


@dataclass(frozen=True, slots=True)
class WireObjects:
    """A monitor and the run that decided as JSON, in the words of API Science (specs/apiscience.md section 13).

    `run` is `null` when it is no longer kept.
    """

    monitor: str
    run: str


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One check or monitor of a project at a glance; `heard_at` is when its last ping came or its last run began."""

    name: str
    state: WatchState
    paused: bool
    is_monitor: bool
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The checks and monitors of a project at a glance, as many as fit."""

    lines: tuple[OverviewLine, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """The facts of one change of state of one check or monitor, in the words of DESIGN section 1.

    `json` stands for the placeholder `$JSON` (specs/healthchecks.md section 12): of a check the Healthchecks v3
    read-write object, of a monitor an object of ours. `downtime` is set when it came up again, and in reminders, which
    tell how long it is down by now. `others_down` names what else of the project is down.
    `overview` is set in mails to members of the project, `objects` of monitors for the kinds that want them.
    """

    event: AlertEvent
    uuid: str
    name: str
    slug: str
    tags: tuple[str, ...]
    project: str
    changed_at: datetime
    downtime: timedelta | None
    others_down: tuple[str, ...]
    url: str
    json: str
    subject: CheckFacts | MonitorFacts
    objects: WireObjects | None = None
    overview: Overview | None = None

    @property
    def title(self) -> str:
        """The name that people know it by: its name, or its uuid when it has none."""
        return self.name or self.uuid

    @property
    def last_ping(self) -> LastPing | None:
        """Of a check, the last ping."""
        return self.subject.last_ping if isinstance(self.subject, CheckFacts) else None


class DeliveryError(Exception):
    """A message could not be delivered; `permanent` says that trying again is useless."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
