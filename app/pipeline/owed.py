"""The life of a message that is owed: claimed, sent by someone else, recorded; and swept when that was cut short.

A message to the broker names a row and the number of attempts made so far. A claim compares and sets that number, so
a message that comes twice or too late claims nothing (DESIGN sections 3 and 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Table, select, update

from app.db.reader import AnyRow
from app.db.unit_of_work import UnitOfWork
from app.models import NotificationState
from app.rules.retries import DELAYS, next_attempt_at
from app.site import Site

LEASE = timedelta(seconds=180)
"""How long a claim holds: longer than any delivery may take, so that no two are under way at once."""

PATIENCE = timedelta(seconds=5)
"""A message that is overdue by so much has been lost on its way through the broker."""

REPEAT = timedelta(seconds=60)
"""A swept message that nobody claims is due again after so long."""

GIVEN_UP = "Every attempt was cut short"

ERROR_LENGTH = 200
"""Of what an attempt failed of, so many characters are kept."""

_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Owed:
    """A table of messages that are owed, with the columns of `Letter`, and the actor that sends one of them."""

    table: Table
    actor: str


class Claim(Protocol):
    """The right to make attempt number `attempt` of the row `id` until the lease ends."""

    @property
    def id(self) -> int:
        """The row's number."""

    @property
    def attempt(self) -> int:
        """The number of the attempt, from 1."""


async def take(site: Site, owed: Owed, uuid: str, attempt: int, names: Sequence[str]) -> AnyRow | None:
    """Claim a pending row of which `attempt` attempts were made, and return its columns of these names.

    None when there is nothing to claim. A row whose last attempt was cut short is given up.
    """
    now, rows = site.clock(), owed.table.c
    unclaimed = (rows.uuid == uuid) & (rows.state == NotificationState.PENDING) & (rows.attempt == attempt)
    taking = update(owed.table).where(unclaimed).values(attempt=attempt + 1, next_attempt_at=now + LEASE)
    if attempt > len(DELAYS):
        taking = taking.values(state=NotificationState.FAILED, error=GIVEN_UP)
    async with site.database.transaction() as unit:
        row = (await unit.execute(taking.returning(*(rows[name] for name in names)))).first()
    return None if attempt > len(DELAYS) else row


async def mark_sent(unit: UnitOfWork, owed: Owed, row_id: int, now: datetime) -> None:
    """Record that a pending row arrived, also when its lease has ended meanwhile: it need not be sent again."""
    pending = (owed.table.c.id == row_id) & (owed.table.c.state == NotificationState.PENDING)
    await unit.execute(update(owed.table).where(pending).values(state=NotificationState.SENT, sent_at=now, error=""))


async def mark_failed(unit: UnitOfWork, owed: Owed, claim: Claim, now: datetime, error: str, *, final: bool) -> bool:
    """Record a failed attempt: tried again later, or given up when that is `final` or the attempts are used up.

    False when the claim is no longer held and nothing was written.
    """
    again_at = None if final else next_attempt_at(claim.attempt, now, _random)
    outcome: dict[str, Any] = {"state": NotificationState.FAILED} if again_at is None else {"next_attempt_at": again_at}
    failed = update(owed.table).where(_held(owed, claim)).values(error=error[:ERROR_LENGTH], **outcome)
    return (await unit.execute(failed.returning(owed.table.c.id))).first() is not None


async def put_off(unit: UnitOfWork, owed: Owed, claim: Claim, until: datetime, reason: str) -> None:
    """Give a claim back: what was claimed waits until then, and no attempt was made."""
    values = {"attempt": claim.attempt - 1, "next_attempt_at": until, "error": reason[:ERROR_LENGTH]}
    await unit.execute(update(owed.table).where(_held(owed, claim)).values(values))


async def sweep(site: Site, owed: Owed, *, limit: int = 500) -> list[str]:
    """Send new messages for overdue rows, the longest waiting first; return the uuids of these.

    A row is overdue when its message was lost, its sender died, or the time for another attempt has come.
    """
    now, rows = site.clock(), owed.table.c
    if await site.database.row(_overdue(owed, now).limit(1)) is None:
        return []
    async with site.database.transaction() as unit:
        longest = _overdue(owed, now).order_by(rows.next_attempt_at, rows.id).limit(limit)
        found = await unit.rows(longest.with_for_update(skip_locked=True, key_share=True))
        later = update(owed.table).where(rows.id.in_([row.id for row in found]))
        await unit.execute(later.values(next_attempt_at=now + REPEAT))
        for row in found:
            unit.enqueue(owed.actor, row.uuid, row.attempt)
    return [row.uuid for row in found]


async def release_claims(site: Site, owed: Owed) -> None:
    """Let the sweep take at once what an earlier process had claimed: for a process that is alone on its database."""
    claimed = (owed.table.c.state == NotificationState.PENDING) & (owed.table.c.attempt > 0)
    async with site.database.transaction() as unit:
        await unit.execute(update(owed.table).where(claimed).values(next_attempt_at=site.clock() - PATIENCE))


def _overdue(owed: Owed, now: datetime) -> Any:
    rows = owed.table.c
    pending = rows.state == NotificationState.PENDING
    return select(rows.id, rows.uuid, rows.attempt).where(pending, rows.next_attempt_at <= now - PATIENCE)


def _held(owed: Owed, claim: Claim) -> ColumnElement[bool]:
    rows = owed.table.c
    return (rows.id == claim.id) & (rows.state == NotificationState.PENDING) & (rows.attempt == claim.attempt)
