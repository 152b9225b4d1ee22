"""One batch of signals: what it does to its checks, worked out between reading and writing them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from app.db.outbox import Message
from app.models.tables import checks, projects, watchables
from app.pipeline.ingest.signal import CheckName, KeyTerms, NamedSignal, Receipt, Signal
from app.rules.check_state import CheckState, apply_signal, counted_kind
from app.rules.signals import http_kind, mail_kind
from app.rules.state_changes import StateChange
from app.rules.states import PingKind

PRUNE_EVERY = 100
"""Each check is pruned at every so many of its pings (specs/healthchecks.md section 9.1)."""
FLIPS_KEPT = timedelta(days=93)

PING_COLUMNS = (
    "watchable_id",
    "number",
    "kind",
    "at",
    "run_key",
    "exit_status",
    "scheme",
    "method",
    "remote_address",
    "user_agent",
    "body",
)
CHECK_COLUMNS = (
    "ping_count",
    "failure_count",
    "last_ping_at",
    "last_start_at",
    "last_start_run_key",
    "last_run_us",
    "next_expected_at",
    "alert_after",
    "watch_at",
)
"""What a signal may change of a row of `checks`; `watch_at`, which is indexed, it seldom does."""
WATCHABLE_COLUMNS = ("state", "state_since", "paused", "remind_at")
"""What a change of state changes of a row of `watchables`."""


@dataclass(slots=True)
class PingedCheck(CheckState):
    """What a ping needs to know of its check; `ping_limit` is its project's."""

    id: int
    methods: str
    start_keywords: str
    success_keywords: str
    failure_keywords: str
    filter_subject: bool
    filter_body: bool
    filter_http_body: bool
    filter_default_fail: bool
    ping_limit: int


def select_pinged() -> Select[*tuple[Any, ...]]:
    """Select the columns of `PingedCheck` in the order of its fields."""
    tables = (watchables, checks, projects)
    columns = (next(table.c[each.name] for table in tables if each.name in table.c) for each in fields(PingedCheck))
    joined = watchables.join(checks, checks.c.watchable_id == watchables.c.id)
    return select(*columns).select_from(joined.join(projects, projects.c.id == watchables.c.project_id))


class Found(NamedTuple):
    """The checks that go by one name, two at most, and the terms of the key that was used."""

    checks: Sequence[PingedCheck]
    terms: KeyTerms | None = None


class Overgrown(NamedTuple):
    """A check that has old pings and flips to lose: pings up to `last_number`, flips before `flips_before`."""

    watchable_id: int
    last_number: int
    flips_before: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """What a committed batch leaves to do: answer, send the messages, prune."""

    receipts: Sequence[Receipt]
    messages: Sequence[Message]
    overgrown: Sequence[Overgrown]


@dataclass(slots=True)
class Batch:
    """Collects the effects of signals, in their order, on the checks that were read under a lock.

    `instant` makes of an instant what the driver stores.
    """

    found: Mapping[CheckName, Found]
    instant: Callable[[datetime], Any]
    receipts: list[Receipt] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    touched: dict[int, PingedCheck] = field(default_factory=dict)
    rewatched: set[int] = field(default_factory=set)
    changes: list[tuple[int, StateChange]] = field(default_factory=list)
    overgrown: list[Overgrown] = field(default_factory=list)

    def add(self, named: NamedSignal) -> None:
        """Let one signal act on its check, if it has exactly one."""
        name, signal = named
        found = self.found[name]
        if not found.checks or (found.terms and not found.terms.admit(signal)):
            self.receipts.append(Receipt.NOT_FOUND)
        elif len(found.checks) > 1:
            self.receipts.append(Receipt.AMBIGUOUS)
        else:
            self._count(found.checks[0], signal)
            self.receipts.append(Receipt.OK)

    def _count(self, check: PingedCheck, signal: Signal) -> None:
        asked = (
            http_kind(check, signal.kind, signal.exit_status, signal.method, signal.body)
            if signal.mail is None
            else mail_kind(check, signal.mail)
        )
        kind = counted_kind(check, asked)
        watch_at = check.watch_at
        change = apply_signal(check, kind, signal.received_at, signal.run_key)
        if change is not None:
            self.changes.append((check.id, change))
        if check.watch_at is not watch_at:
            self.rewatched.add(check.id)
        self.touched[check.id] = check
        self.rows.append(self._ping_row(check, kind, signal))
        if not check.ping_count % PRUNE_EVERY:
            last_number = check.ping_count - check.ping_limit
            self.overgrown.append(Overgrown(check.id, last_number, signal.received_at - FLIPS_KEPT))

    def _ping_row(self, check: PingedCheck, kind: PingKind, signal: Signal) -> tuple[Any, ...]:
        return (
            check.id,
            check.ping_count,
            str(kind),
            self.instant(signal.received_at),
            signal.run_key,
            signal.exit_status,
            signal.scheme,
            signal.method,
            signal.remote_address,
            signal.user_agent,
            signal.body or None,
        )

    def check_rows(self) -> list[tuple[Any, ...]]:
        """Return what to store of each check that counted a signal: `CHECK_COLUMNS`, then its number."""
        instant = self.instant
        return [
            (
                check.ping_count,
                check.failure_count,
                check.last_ping_at and instant(check.last_ping_at),
                check.last_start_at and instant(check.last_start_at),
                check.last_start_run_key,
                check.last_run_us,
                check.next_expected_at and instant(check.next_expected_at),
                check.alert_after and instant(check.alert_after),
                check.watch_at and instant(check.watch_at),
                check.id,
            )
            for check in self.touched.values()
        ]

    def watchable_rows(self) -> list[tuple[Any, ...]]:
        """Return what to store of each watchable whose state changed: `WATCHABLE_COLUMNS`, then its number."""
        changed = (self.touched[number] for number in dict.fromkeys(number for number, _ in self.changes))
        instant = self.instant
        return [
            (
                check.state.value,
                instant(check.state_since),
                check.paused,
                check.remind_at and instant(check.remind_at),
                check.id,
            )
            for check in changed
        ]
