"""What the badge of one watchable shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union_all

from app.db.reader import Reader
from app.models.tables import checks, monitors, watchables
from app.rules.states import WatchState
from app.store.shown import state_at


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """What a watchable is called, and its state at the moment that was asked for."""

    uuid: str
    name: str
    state: WatchState


async def by_badge_uuid(reader: Reader, badge_uuid: str, now: datetime) -> BadgeFacts | None:
    """Return what is shown of the check or monitor, of whatever project, whose badges have this uuid in their URLs."""
    named = union_all(*(select(one.c.watchable_id).where(one.c.badge_uuid == badge_uuid) for one in (checks, monitors)))
    # What a monitor has no columns for is null, and so never late: its state is the stored one.
    shown = select(watchables.c.uuid, watchables.c.name, state_at(now)).select_from(watchables.outerjoin(checks))
    row = await reader.row(shown.where(watchables.c.id.in_(named)))
    return BadgeFacts(*row) if row else None
