"""How long runs took, read from the log of pings (specs/healthchecks.md section 7.1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from app.rules.states import PingKind

LONGEST_RUN = timedelta(hours=72)


class LoggedPing(Protocol):
    """A ping as far as durations need it."""

    number: int
    kind: PingKind
    at: datetime
    run_key: str | None


def run_durations(pings: Iterable[LoggedPing]) -> dict[int, timedelta]:
    """Return, by ping number, how long the run took that this success or failure ended; pings come oldest first."""
    starts: dict[str | None, datetime] = {}
    durations = {}
    for ping in pings:
        if ping.kind is PingKind.START:
            starts[ping.run_key] = ping.at
        elif ping.kind in (PingKind.SUCCESS, PingKind.FAIL):
            started_at = starts.pop(ping.run_key, None)
            if started_at is not None and ping.at - started_at < LONGEST_RUN:
                durations[ping.number] = ping.at - started_at
    return durations
