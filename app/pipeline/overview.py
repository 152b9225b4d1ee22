"""The overview of a project that ends an alert mail to one of its members (specs/healthchecks.md section 12)."""

from datetime import datetime

from sqlalchemy import exists

from app.channels.message import Overview, OverviewLine
from app.db.reader import Reader
from app.models.tables import memberships, users, watchables
from app.rules.check_state import shown_state
from app.store.checks import CheckRecord, select_checks

MOST_LINES = 50


async def overview(reader: Reader, project_id: int, address: str, now: datetime) -> Overview | None:
    """Return the project's checks at a glance, in one statement; None unless the address is that of a member.

    The order is that of an index, so that the search ends early in a large project.
    """
    is_member = exists().where(
        users.c.email == address.lower(), memberships.c.user_id == users.c.id, memberships.c.project_id == project_id
    )
    own = select_checks.where(watchables.c.project_id == project_id, is_member)
    rows = await reader.rows(own.order_by(watchables.c.slug, watchables.c.id).limit(MOST_LINES + 1))
    checks = [CheckRecord(*row) for row in rows]
    lines = tuple(
        OverviewLine(check.name or check.uuid, shown_state(check, now), check.paused, check.last_ping_at)
        for check in checks[:MOST_LINES]
    )
    return Overview(lines, has_more=len(checks) > MOST_LINES) if lines else None
