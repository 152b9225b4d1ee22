"""What metrics tell of checks: few columns of all checks of a project, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db.reader import Reader
from app.models.tables import checks, watchables
from app.rules.states import WatchState
from app.store.shown import state_at


@dataclass(slots=True)
class CheckSample:
    """One check as it is shown at one moment."""

    name: str
    tags: str
    unique_key: str
    state: WatchState
    running: bool
    paused: bool


async def samples(reader: Reader, project_id: int, now: datetime) -> list[CheckSample]:
    """Return a sample of each of the project's checks, oldest first."""
    columns = (
        watchables.c.name,
        watchables.c.tags,
        checks.c.unique_key,
        state_at(now),
        checks.c.last_start_at.is_not(None),
        watchables.c.paused,
    )
    statement = select(*columns).select_from(watchables.join(checks)).where(watchables.c.project_id == project_id)
    return [CheckSample(*row) for row in await reader.rows(statement.order_by(watchables.c.id))]
