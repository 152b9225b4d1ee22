"""Which users are owed a letter: a report when its time has come, a nag while something is down.

A nag's time is set when something goes down, and cleared when nothing is down any more: the scheduler sees to that, so
that a ping costs no more than before (specs/healthchecks.md section 11).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import Column, Select, and_, bindparam, delete, exists, insert, literal, or_, select, update

from app.db.reader import AnyRow
from app.db.unit_of_work import UnitOfWork
from app.ids import new_uuid
from app.models import LetterKind, NotificationState
from app.models.tables import checks, letters, memberships, monitors, users, watchables
from app.rules.reports import SILENCE, next_nag_at, next_report_at
from app.site import Site
from app.store.down import IS_DOWN

SEND = "letter.send"
"""The actor that sends one letter; its argument is the letter's uuid."""

KEPT = timedelta(days=90)
"""So long a letter is remembered; it is settled one way or the other within a day."""

_random = SystemRandom()

_WATCHED = and_(memberships.c.user_id == users.c.id, watchables.c.project_id == memberships.c.project_id)
_IS_DOWN = exists().where(_WATCHED, IS_DOWN)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What becomes of one user: when the next letter of the kind is due, and when one was due that is owed now."""

    user_id: int
    next_at: datetime | None
    owed_since: datetime | None


async def write_reports(site: Site, *, limit: int = 200) -> int:
    """Write the reports that are due, and set the time of the next ones, in one transaction of at most four statements.

    A user who has no such time yet is given the first. Reports that were missed are made good by one; none is owed to
    whose checks got no ping, and whose monitors had no run, for six months. Returns how many users it took: as many as
    `limit` means that more may be waiting; those that another process holds at this moment are left to it.
    """
    now = site.clock()
    pinged = exists().where(checks.c.watchable_id == watchables.c.id, checks.c.last_ping_at >= now - SILENCE)
    run = exists().where(monitors.c.watchable_id == watchables.c.id, monitors.c.last_run_at >= now - SILENCE)
    alive = exists().where(_WATCHED, or_(pinged, run))
    columns = (users.c.id, users.c.report_rhythm, users.c.timezone, users.c.next_report_at, alive.label("alive"))
    due = or_(users.c.next_report_at.is_(None), users.c.next_report_at <= now)

    def turn(user: AnyRow) -> _Turn:
        next_at = next_report_at(user.report_rhythm, user.timezone, now, _random)
        return _Turn(user.id, next_at, user.next_report_at if user.alive else None)

    return await _take_turns(
        site,
        LetterKind.REPORT,
        users.c.next_report_at,
        select(*columns).where(_wants(users.c.report_rhythm), due),
        turn,
        limit,
    )


async def write_nags(site: Site, *, limit: int = 200) -> int:
    """Write the nags that are due, and set or clear the time of the next ones, in the same way.

    The time is set once something is down in a project of the user, and cleared once nothing is.
    """
    now = site.clock()
    armed = users.c.next_nag_at.is_not(None)
    columns = (users.c.id, users.c.nag_rhythm, users.c.next_nag_at, _IS_DOWN.label("down"))
    due = or_(users.c.next_nag_at <= now, and_(armed, ~_IS_DOWN), and_(~armed, _IS_DOWN))

    def turn(user: AnyRow) -> _Turn:
        next_at = next_nag_at(user.nag_rhythm, now) if user.down else None
        return _Turn(user.id, next_at, user.next_nag_at if user.down else None)

    return await _take_turns(
        site, LetterKind.NAG, users.c.next_nag_at, select(*columns).where(_wants(users.c.nag_rhythm), due), turn, limit
    )


def _wants(rhythm: Column[Any]) -> Any:
    """Tell whether the user wants letters, in the words of the index of those who do."""
    return rhythm != literal("OFF", literal_execute=True)


async def _take_turns(
    site: Site,
    kind: LetterKind,
    next_at: Column[Any],
    due: Select[*tuple[Any, ...]],
    turn: Callable[[AnyRow], _Turn],
    limit: int,
) -> int:
    """Let each user who is due have a turn: one reading statement when there is none."""
    if await site.database.row(due.limit(1)) is None:
        return 0
    async with site.database.transaction() as unit:
        locked = due.order_by(users.c.id).limit(limit).with_for_update(of=users, skip_locked=True, key_share=True)
        turns = [turn(user) for user in await unit.rows(locked)]
        if turns:
            save = update(users).where(users.c.id == bindparam("number")).values({next_at: bindparam("next_at")})
            await unit.session.execute(save, [{"number": each.user_id, "next_at": each.next_at} for each in turns])
        # Without a mail server times move on as they would, but nothing is owed that could only fail.
        if site.settings.smtp_url.get_secret_value():
            await _owe(unit, kind, turns, site.clock())
    return len(turns)


async def _owe(unit: UnitOfWork, kind: LetterKind, turns: Sequence[_Turn], now: datetime) -> None:
    """Write the letters that are owed; what became of the receivers' letters long ago is forgotten."""
    rows = [_letter_row(each.user_id, kind, each.owed_since, now) for each in turns if each.owed_since is not None]
    if not rows:
        return
    receivers = letters.c.user_id.in_([row["user_id"] for row in rows])
    await unit.execute(delete(letters).where(receivers, letters.c.created_at < now - KEPT))
    await unit.session.execute(insert(letters), rows)
    for row in rows:
        unit.enqueue(SEND, row["uuid"])


def _letter_row(user_id: int, kind: LetterKind, due_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "user_id": user_id,
        "kind": kind,
        "due_at": due_at,
        "state": NotificationState.PENDING,
        "attempt": 0,
        "next_attempt_at": now,
        "created_at": now,
        "error": "",
    }
