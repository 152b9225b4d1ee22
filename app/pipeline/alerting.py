"""Who is told of a change of state: flip and notifications, written in the transaction that changed it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, select, true, union

from app.channels.message import AlertEvent
from app.db.unit_of_work import UnitOfWork
from app.ids import new_uuid
from app.models import NotificationState
from app.models.tables import channels, flips, notifications, watchable_channels, watchable_contacts
from app.rules.state_changes import StateChange
from app.rules.states import WatchState

DELIVER = "notification.deliver"
"""The actor that sends one notification; its argument is the notification's uuid."""

QUICKEST_FIRST = (channels.c.last_attempt_ms.is_(None), channels.c.last_attempt_ms, channels.c.id)
"""The order in which channels are told: those that never were come last (specs/healthchecks.md section 11)."""


def told_channels(watchable_id: Any, event: AlertEvent) -> Select[*tuple[Any, ...]]:
    """Select the numbers of the enabled channels that hear of this event of the watchable, the quickest first."""
    return _told(event, lambda assigned: assigned == watchable_id).with_only_columns(channels.c.id)


def _told(event: AlertEvent, of_these: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Select pairs of a watchable and an enabled channel that hears of the event, for some of the watchables."""
    direct = select(watchable_channels.c.watchable_id, watchable_channels.c.channel_id).where(
        of_these(watchable_channels.c.watchable_id)
    )
    of_contacts = (
        select(watchable_contacts.c.watchable_id, channels.c.id)
        .join(channels, channels.c.contact_id == watchable_contacts.c.contact_id)
        .where(of_these(watchable_contacts.c.watchable_id))
    )
    assigned = union(direct, of_contacts).subquery()
    return (
        select(assigned.c.watchable_id, channels.c.id)
        .select_from(assigned.join(channels, channels.c.id == assigned.c.channel_id))
        .where(~channels.c.disabled, wants(event))
        .order_by(assigned.c.watchable_id, *QUICKEST_FIRST)
    )


def wants(event: AlertEvent) -> ColumnElement[bool]:
    """Return what is true of the channels that want to hear of the event: of a test, all."""
    if event is AlertEvent.TEST:
        return true()
    return channels.c.tells_up if event is AlertEvent.UP else channels.c.tells_down


def event_of(change: StateChange) -> AlertEvent:
    """Return what a told change is announced as."""
    return AlertEvent.DOWN if change.to_state is WatchState.DOWN else AlertEvent.UP


def flip_row(watchable_id: int, change: StateChange) -> dict[str, Any]:
    """Return the row of `flips` that records the change."""
    return {
        "uuid": new_uuid(),
        "watchable_id": watchable_id,
        "at": change.at,
        "from_state": change.from_state,
        "to_state": change.to_state,
        "reason": change.reason,
    }


def notification_rows(
    watchable_id: int | None, flip_id: int | None, event: AlertEvent, channel_ids: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    """Return one row of `notifications` a channel, due at once."""
    return [
        {
            "uuid": new_uuid(),
            "channel_id": channel_id,
            "watchable_id": watchable_id,
            "flip_id": flip_id,
            "event": event,
            "state": NotificationState.PENDING,
            "attempt": 0,
            "next_attempt_at": now,
            "created_at": now,
            "error": "",
        }
        for channel_id in channel_ids
    ]


async def record_change(unit: UnitOfWork, watchable_id: int, change: StateChange, now: datetime) -> None:
    """Write the flip and, if it is news, one notification a channel; their messages leave after the commit."""
    await record_changes(unit, [(watchable_id, change)], now)


async def record_changes(unit: UnitOfWork, changes: Sequence[tuple[int, StateChange]], now: datetime) -> None:
    """Do the same for several watchables, each with one change, in at most four statements."""
    if not changes:
        return
    written = await unit.session.execute(
        insert(flips).returning(flips.c.watchable_id, flips.c.id), [flip_row(*change) for change in changes]
    )
    flip_ids = {row.watchable_id: row.id for row in written}
    owed = []
    for event in (AlertEvent.DOWN, AlertEvent.UP):
        told = [number for number, change in changes if change.is_told and event_of(change) is event]
        owed += await _owed(unit, event, {number: flip_ids[number] for number in told}, now)
    await notify(unit, owed)


async def record_reminders(unit: UnitOfWork, flip_ids: Mapping[int, int], now: datetime) -> None:
    """Write one reminder a channel of each watchable that is still down; each goes by the flip that took it down."""
    await notify(unit, await _owed(unit, AlertEvent.REMINDER, flip_ids, now))


async def _owed(
    unit: UnitOfWork, event: AlertEvent, flip_ids: Mapping[int, int], now: datetime
) -> list[dict[str, Any]]:
    """Return the notifications that an event of these watchables, each with its flip, makes."""
    if not flip_ids:
        return []
    pairs = await unit.rows(_told(event, lambda assigned: assigned.in_(list(flip_ids))))
    return [
        row
        for watchable_id, told in groupby(pairs, key=itemgetter(0))
        for row in notification_rows(watchable_id, flip_ids[watchable_id], event, [pair[1] for pair in told], now)
    ]


async def record_test(unit: UnitOfWork, channel_id: int, now: datetime) -> str:
    """Write a notification that tests a channel, and return its uuid."""
    rows = notification_rows(None, None, AlertEvent.TEST, [channel_id], now)
    await notify(unit, rows)
    return str(rows[0]["uuid"])


async def notify(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Store notifications; their messages leave after the commit."""
    if rows:
        await unit.session.execute(insert(notifications), rows)
    for row in rows:
        unit.enqueue(DELIVER, row["uuid"])
