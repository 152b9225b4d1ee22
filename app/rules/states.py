"""The words for states and signals, the same in code, database and schema."""

from enum import StrEnum


class WatchState(StrEnum):
    """What is known of a check or monitor. `paused`, `running` and `under_maintenance` are flags beside it."""

    NEW = "NEW"
    UP = "UP"
    LATE = "LATE"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"


class PingKind(StrEnum):
    """What a signal to a check says."""

    SUCCESS = "SUCCESS"
    START = "START"
    FAIL = "FAIL"
    LOG = "LOG"
    IGNORED = "IGNORED"


class FlipReason(StrEnum):
    """Why a stored state changed; empty for a plain success."""

    NONE = ""
    TIMEOUT = "timeout"
    FAIL = "fail"
    PAUSED = "paused"
    RESUMED = "resumed"


class ScheduleKind(StrEnum):
    """How the next ping of a check is foretold."""

    PERIOD = "PERIOD"
    CRON = "CRON"
    ON_CALENDAR = "ON_CALENDAR"
