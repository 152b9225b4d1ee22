"""The watcher: takes checks down whose deadline has passed (specs/healthchecks.md section 9.4)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from app.db.unit_of_work import UnitOfWork
from app.models.tables import checks, watchables
from app.pipeline.alerting import record_changes
from app.rules.check_state import time_out
from app.rules.state_changes import StateChange
from app.rules.states import WatchState
from app.site import Site
from app.store.checks import CheckRecord, select_checks

SET_ASIDE = timedelta(hours=1)
"""How far the deadline of a check is moved that cannot be computed."""

_log = logging.getLogger(__name__)

_SAVE_STATE = (
    update(watchables)
    .where(watchables.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "state_since", "paused", "remind_at")})
)
_SAVE_DEADLINE = (
    update(checks)
    .where(checks.c.watchable_id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("next_expected_at", "alert_after", "watch_at")})
)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A check that was looked at, and what changed of its state."""

    check: CheckRecord
    change: StateChange | None


async def next_look(site: Site) -> datetime | None:
    """Return when to look next, whether that has passed or not: no deadline of any check is earlier."""
    earliest = select(checks.c.watch_at).where(checks.c.watch_at.is_not(None))
    row = await site.database.row(earliest.order_by(checks.c.watch_at).limit(1))
    return row[0] if row else None


async def take_down_late(site: Site, *, limit: int = 200) -> int:
    """Look at the checks whose deadlines passed, the earliest first, in one transaction of at most seven statements.

    Returns how many it looked at: as many as `limit` means that more may be waiting. What another process holds at
    this moment is left to it.
    """
    now = site.clock()
    async with site.database.transaction() as unit:
        looked = [_look(check, now) for check in await _late(unit, now, limit)]
        await _save(unit, looked)
        await record_changes(unit, [(each.check.id, each.change) for each in looked if each.change], now)
    return len(looked)


async def _late(unit: UnitOfWork, now: datetime, limit: int) -> list[CheckRecord]:
    """Read and lock late checks. Locks that are never waited for cannot take part in a deadlock."""
    statement = (
        select_checks.where(checks.c.watch_at <= now, watchables.c.state != WatchState.DOWN)
        .order_by(checks.c.watch_at, checks.c.watchable_id)
        .limit(limit)
        .with_for_update(of=(checks, watchables), skip_locked=True, key_share=True)
    )
    return [CheckRecord(*row) for row in await unit.rows(statement)]


def _look(check: CheckRecord, now: datetime) -> _Looked:
    """Apply the rules; a check that they fail on is set aside, so that the others get their turn."""
    try:
        return _Looked(check, time_out(check, now))
    except Exception:  # noqa: BLE001 - whatever is wrong with one check must not keep the others from their alerts
        _log.exception("Check %s cannot be computed; it is looked at again in an hour", check.uuid)
        check.watch_at = now + SET_ASIDE
        return _Looked(check, None)


async def _save(unit: UnitOfWork, looked: Sequence[_Looked]) -> None:
    deadlines = [
        {
            "number": each.check.id,
            "new_next_expected_at": each.check.next_expected_at,
            "new_alert_after": each.check.alert_after,
            "new_watch_at": each.check.watch_at,
        }
        for each in looked
    ]
    states = [
        {
            "number": each.check.id,
            "new_state": each.check.state,
            "new_state_since": each.check.state_since,
            "new_paused": each.check.paused,
            "new_remind_at": each.check.remind_at,
        }
        for each in looked
        if each.change
    ]
    for statement, rows in ((_SAVE_DEADLINE, deadlines), (_SAVE_STATE, states)):
        if rows:
            await unit.session.execute(statement, rows)
