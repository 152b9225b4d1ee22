"""Reminders: contacts are told again of what is still down, as often as its settings say."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, update

from app.db.reader import AnyRow
from app.db.unit_of_work import UnitOfWork
from app.models.tables import flips, watchables
from app.pipeline.alerting import record_reminders
from app.rules.check_state import next_reminder
from app.rules.states import WatchState
from app.site import Site

_SAVE = update(watchables).where(watchables.c.id == bindparam("number")).values(remind_at=bindparam("new_remind_at"))


async def remind(site: Site, *, limit: int = 200) -> int:
    """Write the reminders that are due, the longest waiting first, in one transaction of at most five statements.

    Returns how many watchables it took: as many as `limit` means that more may be waiting. One that is late, since
    nobody looked, is told of once; what another process holds at this moment is left to it.
    """
    now = site.clock()
    due = watchables.c.remind_at <= now
    if await site.database.row(select(watchables.c.id).where(due).limit(1)) is None:
        return 0
    columns = (watchables.c.id, watchables.c.remind_every, watchables.c.remind_at)
    longest = select(*columns).where(due).order_by(watchables.c.remind_at, watchables.c.id).limit(limit)
    async with site.database.transaction() as unit:
        found = await unit.rows(longest.with_for_update(skip_locked=True, key_share=True))
        if found:
            await unit.session.execute(
                _SAVE,
                [{"number": row.id, "new_remind_at": next_reminder(row.remind_at, row.remind_every, now)}
                 for row in found],
            )  # fmt: skip
            await record_reminders(unit, await _down_since(unit, found), now)
    return len(found)


async def _down_since(unit: UnitOfWork, found: Sequence[AnyRow]) -> dict[int, int]:
    """Return the flip that took each of the watchables down, by the watchable's number."""
    newest = select(flips.c.watchable_id, func.max(flips.c.id)).where(
        flips.c.watchable_id.in_([row.id for row in found]), flips.c.to_state == WatchState.DOWN
    )
    return {row[0]: row[1] for row in await unit.rows(newest.group_by(flips.c.watchable_id))}
