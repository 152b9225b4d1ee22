"""What a letter says, gathered from the tables in one or two statements (specs/healthchecks.md section 11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from app.channels.email.letters import Down, Nag, Report, Reported
from app.db.reader import AnyRow, Reader
from app.models import WatchableKind
from app.models.tables import flips, memberships, projects, watchables
from app.rules.downtime import Change, downtime
from app.rules.reports import report_spans
from app.rules.states import WatchState
from app.store.down import IS_DOWN
from app.store.users import UserRecord

MOST_NAMED = 100
"""So many checks and monitors are named in a letter; the others are counted."""

MOST_LOOKED_AT = 5_000
"""For its worst, a report looks at so many checks and monitors: what is down, then what changed its state last."""

MOST_FLIPS = 100_000
"""So many flips are counted in a report, the newest; one that leaves some out says so."""


async def nag(reader: Reader, user: UserRecord) -> Nag | None:
    """Return what is down in the user's projects, in one statement; None when nothing is."""
    down = _watched(user.id, watchables.c.state_since).where(IS_DOWN)
    rows = await reader.rows(down.order_by(watchables.c.state_since, watchables.c.id).limit(MOST_NAMED))
    if not rows:
        return None
    return Nag(
        tuple(Down(row.name or row.uuid, row.project, row.state_since) for row in rows),
        rows[0].total - len(rows),
        rows[0].monitors,
    )


async def report(reader: Reader, user: UserRecord, at: datetime) -> Report | None:
    """Return what a report written at that instant tells the user, in two statements; None when nothing is watched.

    ValueError when the user wants no reports.
    """
    newer, older = spans = report_spans(user.report_rhythm, user.timezone, at)
    rows = await _looked_at(reader, user.id)
    if not rows:
        return None
    may_differ = [row.id for row in rows if row.state is WatchState.DOWN or row.state_since >= older.start]
    changes, is_partial = await _changes(reader, may_differ, older.start)
    found = [
        Reported(
            row.name or row.uuid,
            row.project,
            row.state is WatchState.DOWN,
            *(downtime(changes.get(row.id, ()), row.state, span.start, span.end) for span in (newer, older)),
        )
        for row in rows
    ]
    found.sort(key=lambda each: each.name)
    found.sort(key=lambda each: (each.newer, each.older, each.is_down), reverse=True)
    named = tuple(found[:MOST_NAMED])
    return Report(user.report_rhythm, spans, named, rows[0].total - len(named), is_partial)


async def _looked_at(reader: Reader, user_id: int) -> Sequence[AnyRow]:
    """Return those of the user's checks and monitors that may have been down of late before those that cannot."""
    statement = _watched(user_id, watchables.c.id, watchables.c.state, watchables.c.state_since)
    ordered = statement.order_by(IS_DOWN.desc(), watchables.c.state_since.desc(), watchables.c.id)
    return await reader.rows(ordered.limit(MOST_LOOKED_AT))


async def _changes(reader: Reader, ids: Sequence[int], since: datetime) -> tuple[dict[int, list[Change]], bool]:
    """Return the changes to and from DOWN, oldest first, by watchable, and whether some were left out."""
    if not ids:
        return {}, False
    of_down = or_(flips.c.from_state == WatchState.DOWN, flips.c.to_state == WatchState.DOWN)
    statement = (
        select(flips.c.watchable_id, flips.c.at, flips.c.from_state, flips.c.to_state)
        .where(flips.c.watchable_id.in_(ids), flips.c.at >= since, of_down)
        .order_by(flips.c.at.desc(), flips.c.id.desc())
        .limit(MOST_FLIPS + 1)
    )
    rows = await reader.rows(statement)
    found: dict[int, list[Change]] = {}
    for watchable_id, *change in reversed(rows[:MOST_FLIPS]):
        found.setdefault(watchable_id, []).append(Change(*change))
    return found, len(rows) > MOST_FLIPS


def _watched(user_id: int, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Select what is watched in the user's projects, each row with how many there are in all, and monitors of these."""
    joined = memberships.join(projects, projects.c.id == memberships.c.project_id).join(
        watchables, watchables.c.project_id == projects.c.id
    )
    is_monitor = case((watchables.c.kind == WatchableKind.MONITOR, 1))
    named = (
        *(watchables.c.name, watchables.c.uuid, projects.c.name.label("project")),
        *(func.count().over().label("total"), func.count(is_monitor).over().label("monitors")),
    )
    return select(*named, *columns).select_from(joined).where(memberships.c.user_id == user_id)
