"""Groups of channels: a message to a group becomes one to each member, with a life of its own.

So a member that fails is tried again alone, is disabled alone, and keeps its own limits. The group's notification says
how many failed (specs/healthchecks.md section 12, `group`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select, select, update

from app.channels.message import AlertEvent
from app.db.reader import AnyRow
from app.db.unit_of_work import UnitOfWork
from app.models import NotificationState
from app.models.tables import channels, notifications
from app.pipeline.alerting import QUICKEST_FIRST, notification_rows, notify, wants


class GroupClaim(Protocol):
    """A claim of a notification to a group."""

    @property
    def id(self) -> int:
        """The notification's number."""

    @property
    def watchable_id(self) -> int | None:
        """What it is about; nothing for a test."""

    @property
    def flip_id(self) -> int | None:
        """The change of state that it tells of; none for a test."""

    @property
    def event(self) -> AlertEvent:
        """What is told."""


async def members(unit: UnitOfWork, project_id: int, uuids: Sequence[str], event: AlertEvent) -> Sequence[AnyRow]:
    """Return the enabled channels among these, the quickest first: `id`, and whether one `wants` the event."""
    own = (channels.c.project_id == project_id) & channels.c.uuid.in_(uuids) & ~channels.c.disabled
    return await unit.rows(select(channels.c.id, wants(event).label("wants")).where(own).order_by(*QUICKEST_FIRST))


async def hand_over(unit: UnitOfWork, claim: GroupClaim, channel_ids: Sequence[int], now: datetime) -> None:
    """Write a notification to each of these members, unless an earlier claim did so before it was cut short."""
    await unit.execute(_locked(claim.id))
    known = select(notifications.c.id).where(notifications.c.group_id == claim.id).limit(1)
    if await unit.row(known) is not None:
        await settle(unit, claim.id, now)
        return
    rows = notification_rows(claim.watchable_id, claim.flip_id, claim.event, channel_ids, now)
    await notify(unit, [{**row, "group_id": claim.id} for row in rows])


async def settle(unit: UnitOfWork, group_id: int, now: datetime) -> None:
    """Write down how a group's notification fares, once each member was tried; again when a retry changes that."""
    group = await unit.row(_locked(group_id))
    tries = await unit.rows(
        select(notifications.c.state, notifications.c.error).where(notifications.c.group_id == group_id)
    )
    if group is None or any(each.state is NotificationState.PENDING and not each.error for each in tries):
        return
    failed = sum(each.error != "" for each in tries)
    error = f"{failed} out of {len(tries)} notifications failed" if failed else ""
    state = NotificationState.FAILED if failed else NotificationState.SENT
    fares = update(notifications).where(notifications.c.id == group_id).values(state=state, error=error)
    noted = update(channels).where(channels.c.id == group.channel_id).values(last_error=error)
    await unit.execute(fares if failed else fares.values(sent_at=now))
    await unit.execute(noted if failed else noted.values(last_delivered_at=now))


def _locked(group_id: int) -> Select[*tuple[Any, ...]]:
    """Select and lock a group's notification, so that two members that are settled at once see each other."""
    return select(notifications.c.channel_id).where(notifications.c.id == group_id).with_for_update(key_share=True)
