"""How much went through the site, as its operator measures it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db.reader import Reader
from app.models import NotificationState
from app.models.tables import checks, notifications


@dataclass(frozen=True, slots=True)
class Figures:
    """Over all projects: pings ever recorded of today's checks, the newest notification's number, flips to be told.

    None where there is nothing. A flip is told once each of its notifications was tried.
    """

    pings: int | None
    newest_notification: int | None
    untold_flips: int


_UNTRIED = (notifications.c.state == NotificationState.PENDING) & (notifications.c.attempt == 0)
_FIGURES = select(
    select(func.nullif(func.sum(checks.c.ping_count), 0)).scalar_subquery(),
    select(func.max(notifications.c.id)).scalar_subquery(),
    select(func.count(notifications.c.flip_id.distinct())).where(_UNTRIED).scalar_subquery(),
)


async def figures(reader: Reader) -> Figures:
    """Count, in one statement: it reads every check, and of the notifications those that wait."""
    [row] = await reader.rows(_FIGURES)
    return Figures(*row)
