"""The overview of a project that ends an alert mail to one of its members (specs/healthchecks.md section 12)."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import exists, select

from app.channels.message import Overview, OverviewLine
from app.db.reader import AnyRow, Reader
from app.models import WatchableKind
from app.models.tables import checks, memberships, monitors, users, watchables
from app.rules.check_state import CheckOutline, shown_state
from app.rules.states import WatchState

MOST_LINES = 50

_OUTLINE = tuple(field.name for field in fields(CheckOutline))
_WATCHED = select(
    watchables.c.kind,
    watchables.c.name,
    watchables.c.uuid,
    watchables.c.paused,
    watchables.c.state,
    monitors.c.last_run_at,
    *(checks.c[name] for name in _OUTLINE if name in checks.c),
).select_from(watchables.outerjoin(checks).outerjoin(monitors, monitors.c.watchable_id == watchables.c.id))


async def overview(reader: Reader, project_id: int, address: str, now: datetime) -> Overview | None:
    """Return the project's checks and monitors at a glance, in one statement; None unless a member has the address.

    The order is that of an index, so that the search ends early in a large project.
    """
    is_member = exists().where(
        users.c.email == address.lower(), memberships.c.user_id == users.c.id, memberships.c.project_id == project_id
    )
    own = _WATCHED.where(watchables.c.project_id == project_id, is_member)
    rows = await reader.rows(own.order_by(watchables.c.slug, watchables.c.id).limit(MOST_LINES + 1))
    lines = tuple(_line(row, now) for row in rows[:MOST_LINES])
    return Overview(lines, has_more=len(rows) > MOST_LINES) if lines else None


def _line(row: AnyRow, now: datetime) -> OverviewLine:
    is_monitor = row.kind is WatchableKind.MONITOR
    return OverviewLine(
        name=row.name or row.uuid,
        state=row.state if is_monitor else _shown(row, now),
        paused=row.paused,
        is_monitor=is_monitor,
        heard_at=row.last_run_at if is_monitor else row.last_ping_at,
    )


def _shown(row: AnyRow, now: datetime) -> WatchState:
    return shown_state(CheckOutline(**{name: getattr(row, name) for name in _OUTLINE}), now)
