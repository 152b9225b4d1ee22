"""The way of one notification: claimed, sent by someone else, recorded; and swept when that was cut short.

A message to the broker names a notification and the number of attempts made so far. A claim compares and sets that
number, so a message that comes twice or too late claims nothing (DESIGN sections 3 and 4).
"""

import logging
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import ColumnElement, select, update

from app.channels.kind import ChannelKind
from app.channels.message import AlertEvent, AlertMessage
from app.channels.registry import channel_kind
from app.db.unit_of_work import UnitOfWork
from app.errors import HeliographError
from app.models import NotificationState
from app.models.tables import channels, notifications
from app.pipeline.alerting import DELIVER
from app.pipeline.facts import RenderCheckJson, flip_message, sample_message
from app.pipeline.unsubscribing import unsubscribe_url
from app.rules.retries import DELAYS, next_attempt_at
from app.site import Site
from app.store import channels as channel_store
from app.store.channels import ChannelRecord

LEASE = timedelta(seconds=180)
"""How long a claim holds: longer than any delivery may take, so that no two are under way at once."""

PATIENCE = timedelta(seconds=5)
"""A notification that is overdue by so much has lost its message."""

REPEAT = timedelta(seconds=60)
"""A swept notification that nobody claims is due again after so long."""

GIVEN_UP = "Every attempt was cut short"

_ERROR_LENGTH = 200
_log = logging.getLogger(__name__)
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make attempt number `attempt` of a notification until the lease ends."""

    id: int
    uuid: str
    attempt: int
    channel_id: int
    flip_id: int | None
    event: AlertEvent
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim with all that is needed to send: nothing of it may be logged."""

    claim: Claim
    kind: ChannelKind
    settings: Any
    message: AlertMessage
    unsubscribe_url: str


class _Unsendable(Exception):
    """The notification cannot or must not be sent; `final` says that waiting changes nothing.

    `is_news` says that whoever owns the channel should read the reason there.
    """

    def __init__(self, reason: str, *, final: bool, is_news: bool) -> None:
        super().__init__(reason)
        self.final = final
        self.is_news = is_news


async def claim(site: Site, uuid: str, attempt: int, render_check_json: RenderCheckJson) -> Claimed | None:
    """Claim a pending notification of which `attempt` attempts were made; None when there is nothing to send.

    What must not be sent (channel disabled, address not verified, event not wanted) is settled here.
    """
    taken = await _take(site, uuid, attempt)
    if taken is None:
        return None
    try:
        return await _prepare(site, taken, render_check_json)
    except _Unsendable as error:
        async with site.database.transaction() as unit:
            held = await _fail(unit, site.clock(), taken, str(error), final=error.final)
            if held and error.is_news:
                await _note(unit, taken, last_error=str(error))
        return None


async def record_success(site: Site, claim: Claim) -> None:
    """Record that the message arrived, also when its lease has ended meanwhile: it need not be sent again."""
    now = site.clock()
    async with site.database.transaction() as unit:
        own = (notifications.c.id == claim.id) & (notifications.c.state == NotificationState.PENDING)
        sent = update(notifications).where(own).values(state=NotificationState.SENT, sent_at=now, error="")
        await unit.execute(sent)
        await _note(unit, claim, last_error="", last_delivered_at=now)


async def record_failure(site: Site, claim: Claim, error: str, *, permanent: bool) -> None:
    """Record a failed attempt: tried again later, or given up. A permanent error also disables the channel."""
    async with site.database.transaction() as unit:
        if await _fail(unit, site.clock(), claim, error, final=permanent):
            await _note(unit, claim, last_error=error[:_ERROR_LENGTH])
            if permanent:
                await channel_store.disable(unit, claim.channel_id, error)


async def sweep(site: Site, *, limit: int = 500) -> list[str]:
    """Send new messages for overdue notifications, the longest waiting first; return the uuids of these.

    A notification is overdue when its message was lost, its sender died, or the time for another attempt has come.
    """
    now = site.clock()
    if await site.database.row(_overdue(now).limit(1)) is None:
        return []
    async with site.database.transaction() as unit:
        longest = _overdue(now).order_by(notifications.c.next_attempt_at, notifications.c.id).limit(limit)
        found = await unit.rows(longest.with_for_update(skip_locked=True, key_share=True))
        later = update(notifications).where(notifications.c.id.in_([row.id for row in found]))
        await unit.execute(later.values(next_attempt_at=now + REPEAT))
        for row in found:
            unit.enqueue(DELIVER, row.uuid, row.attempt)
    return [row.uuid for row in found]


async def release_claims(site: Site) -> None:
    """Let the sweep take at once what an earlier process had claimed: for a process that is alone on its database."""
    claimed = (notifications.c.state == NotificationState.PENDING) & (notifications.c.attempt > 0)
    async with site.database.transaction() as unit:
        await unit.execute(update(notifications).where(claimed).values(next_attempt_at=site.clock() - PATIENCE))


def _overdue(now: datetime) -> Any:
    columns = (notifications.c.id, notifications.c.uuid, notifications.c.attempt)
    pending = notifications.c.state == NotificationState.PENDING
    return select(*columns).where(pending, notifications.c.next_attempt_at <= now - PATIENCE)


async def _take(site: Site, uuid: str, attempt: int) -> Claim | None:
    """Compare and set the number of attempts. One that was cut short on its last attempt is given up."""
    now = site.clock()
    unclaimed = (
        (notifications.c.uuid == uuid)
        & (notifications.c.state == NotificationState.PENDING)
        & (notifications.c.attempt == attempt)
    )
    taking = update(notifications).where(unclaimed).values(attempt=attempt + 1, next_attempt_at=now + LEASE)
    async with site.database.transaction() as unit:
        row = (await unit.execute(taking.returning(*_CLAIM_COLUMNS))).first()
        if row is None:
            return None
        taken = Claim(*row)
        if taken.attempt <= len(DELAYS) + 1:
            return taken
        await _fail(unit, now, taken, GIVEN_UP, final=True)
        return None


_CLAIM_COLUMNS = tuple(notifications.c[field.name] for field in fields(Claim))


async def _prepare(site: Site, claim: Claim, render_check_json: RenderCheckJson) -> Claimed | None:
    channel = (await channel_store.by_ids(site.database, [claim.channel_id])).get(claim.channel_id)
    if channel is None:
        return None
    kind, settings = _opened(site, channel)
    _refuse(channel, kind, settings, claim.event)
    message = (
        await sample_message(site, channel.project_id, claim.created_at, render_check_json)
        if claim.flip_id is None
        else await flip_message(site, claim.event, claim.flip_id, render_check_json)
    )
    return Claimed(claim, kind, settings, message, unsubscribe_url(site, channel.uuid)) if message else None


def _opened(site: Site, channel: ChannelRecord) -> tuple[ChannelKind, Any]:
    try:
        return channel_kind(channel.kind), channel_store.opened_settings(site.vault, channel)
    except (ValueError, HeliographError) as error:
        # The error itself may hold the settings.
        _log.error("The settings of channel %s cannot be read: %s", channel.uuid, type(error).__name__)
        raise _Unsendable("The settings of the channel cannot be read", final=False, is_news=True) from None


def _refuse(channel: ChannelRecord, kind: ChannelKind, settings: Any, event: AlertEvent) -> None:
    if channel.disabled:
        raise _Unsendable("The channel is disabled", final=True, is_news=False)
    if channel.kind == "email" and channel.verified_at is None:
        raise _Unsendable("Email not verified", final=True, is_news=True)
    if kind.is_noop(settings, event):
        raise _Unsendable("The channel does not want to hear of this", final=True, is_news=False)


async def _fail(unit: UnitOfWork, now: datetime, claim: Claim, error: str, *, final: bool) -> bool:
    """Write a failed attempt; False when the claim is no longer held and nothing was written."""
    again_at = None if final else next_attempt_at(claim.attempt, now, _random)
    outcome: dict[str, Any] = {"state": NotificationState.FAILED} if again_at is None else {"next_attempt_at": again_at}
    failed = update(notifications).where(_held(claim)).values(error=error[:_ERROR_LENGTH], **outcome)
    return (await unit.execute(failed.returning(notifications.c.id))).first() is not None


def _held(claim: Claim) -> ColumnElement[bool]:
    return (
        (notifications.c.id == claim.id)
        & (notifications.c.state == NotificationState.PENDING)
        & (notifications.c.attempt == claim.attempt)
    )


async def _note(unit: UnitOfWork, claim: Claim, **values: Any) -> None:
    await unit.execute(update(channels).where(channels.c.id == claim.channel_id).values(**values))
