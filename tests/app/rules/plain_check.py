"""Section 9 of specs/healthchecks.md, read plainly: slow, literal, in its own words. Times are whole seconds.

Beside it what Heliograph adds: failures that are tolerated, and reminders while a check is down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class PlainCheck:
    timeout: int
    grace: int
    manual_resume: bool
    schedule: Sequence[int] | None = None
    """The moments that a schedule names, in order; None when the timeout counts."""
    failures_before_down: int = 1
    remind_every: int | None = None
    status: str = "new"
    since: int = 0
    n_pings: int = 0
    failures: int = 0
    last_ping: int | None = None
    last_start: int | None = None
    last_start_rid: str | None = None
    last_duration: int | None = None
    reminded: int | None = None
    flips: list[tuple[int, str, str, str]] = field(default_factory=list)
    """When, from what, to what, why."""

    # 9.1

    def signal(self, kind: str, now: int, rid: str | None) -> None:
        if self.status == "paused" and self.manual_resume:
            kind = "ign"
        if kind == "start":
            self.last_start, self.last_start_rid = now, rid
        if kind in ("success", "fail"):
            self.last_ping = now
            self.last_duration = None
            if self.last_start is not None:
                if rid == self.last_start_rid:
                    self.last_duration = now - self.last_start
                    self.end_run()
                elif kind == "fail" or rid is None:
                    self.end_run()
            if kind == "success":
                self.failures = 0
                self.become("up", now, "")
            else:
                self.failures += 1
                if self.failures >= self.failures_before_down:
                    self.become("down", now, "fail")
        self.n_pings += 1

    def end_run(self) -> None:
        self.last_start = self.last_start_rid = None

    def become(self, status: str, when: int, reason: str) -> None:
        if self.status != status:
            self.flips.append((when, self.status, status, reason))
            self.status, self.since, self.reminded = status, when, None

    # 9.2

    def shown(self, now: int, version: int) -> str:
        if self.last_start is not None and now >= self.last_start + self.grace:
            return "down"
        if self.last_start is not None and version == 1:
            return "started"
        if self.status in ("new", "paused", "down"):
            return self.status
        expected = self.expected()
        if expected is None:
            return "up"
        if now >= expected + self.grace:
            return "down"
        return "grace" if now >= expected else "up"

    def shown_since(self, now: int) -> int | None:
        shown = self.shown(now, 3)
        if shown == "grace":
            return self.expected()
        return self.alert_after() if shown == "down" and self.status != "down" else self.since

    # 9.3

    def expected(self) -> int | None:
        if self.status != "up" or self.last_ping is None:
            return None
        if self.schedule is None:
            return self.last_ping + self.timeout
        return next((moment for moment in self.schedule if moment > self.last_ping), None)

    def next_ping(self) -> int | None:
        candidates = [self.expected()]
        if self.last_start is not None and self.status != "down":
            candidates.append(self.last_start)
        return min((each for each in candidates if each is not None), default=None)

    def alert_after(self) -> int | None:
        next_ping = self.next_ping()
        return None if next_ping is None else next_ping + self.grace

    # 9.4

    def watch(self, now: int) -> None:
        alert_after = self.alert_after()
        if self.status != "down" and alert_after is not None and alert_after <= now:
            self.become("down", alert_after, "timeout")

    # 5.5 and 5.6

    def pause(self, now: int) -> None:
        if self.status != "paused":
            self.become("paused", now, "paused")
            self.forget()

    def resume(self, now: int) -> None:
        self.become("new", now, "resumed")
        self.last_ping = None
        # `next_ping` is null after it, which it could not be with a run open.
        self.forget()

    def forget(self) -> None:
        self.end_run()
        self.failures = 0

    # 9.5

    def told(self) -> list[tuple[int, str, str, str]]:
        pairs = {("up", "down"), ("new", "down"), ("paused", "down"), ("down", "up")}
        return [flip for flip in self.flips if (flip[1], flip[2]) in pairs]

    # Reminders

    def remind_at(self) -> int | None:
        if self.status != "down" or self.remind_every is None:
            return None
        moment = self.since + self.remind_every
        while self.reminded is not None and moment <= self.reminded:
            moment += self.remind_every
        return moment

    def remind(self, now: int) -> None:
        remind_at = self.remind_at()
        if remind_at is not None and remind_at <= now:
            self.reminded = now
