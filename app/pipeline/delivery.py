"""The way of one notification: claimed with all that is needed to send it, sent by someone else, recorded.

Its life is that of everything owed (`app.pipeline.owed`); a channel has a say in it, and is told how it went.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.channels.kind import ChannelKind
from app.channels.message import AlertEvent, AlertMessage
from app.channels.registry import channel_kind
from app.db.unit_of_work import UnitOfWork
from app.errors import HeliographError
from app.models.tables import channels, notifications
from app.pipeline import groups
from app.pipeline.alerting import DELIVER
from app.pipeline.bounces import return_address
from app.pipeline.callbacks import status_url
from app.pipeline.facts import flip_message, sample_message
from app.pipeline.limits import take
from app.pipeline.overview import overview
from app.pipeline.owed import ERROR_LENGTH, Owed, mark_failed, mark_sent, put_off
from app.pipeline.owed import take as take_owed
from app.pipeline.renderers import Renderers
from app.pipeline.unsubscribing import unsubscribe_url
from app.rules.limits import Flowing, Monthly
from app.site import Site
from app.store import channels as channel_store
from app.store.channels import ChannelRecord

NOTIFICATIONS = Owed(notifications, DELIVER)
"""What is owed to channels."""

TO_ONE_RECEIVER = Flowing(capacity=6, per=timedelta(minutes=1))
"""Messages to one receiver, of the kinds that name theirs (specs/healthchecks.md section 11)."""

PUT_OFF_FOR = timedelta(hours=1)
"""So long a message waits for its turn at a receiver who gets too many."""

TOO_MANY = "Rate limit exceeded"
QUOTA_USED = "Monthly limit of phone messages reached"
UNWANTED = "The channel does not want to hear of this"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make attempt number `attempt` of a notification until the lease ends."""

    id: int
    uuid: str
    attempt: int
    channel_id: int
    watchable_id: int | None
    flip_id: int | None
    group_id: int | None
    event: AlertEvent
    created_at: datetime


_CLAIM_COLUMNS = tuple(field.name for field in fields(Claim))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim with all that is needed to send: nothing of it may be logged."""

    claim: Claim
    kind: ChannelKind
    settings: Any
    message: AlertMessage
    unsubscribe_url: str
    status_url: str
    return_address: str | None


class _Unsendable(Exception):
    """The notification cannot or must not be sent; `final` says that waiting changes nothing.

    `is_news` says that whoever owns the channel should read the reason there.
    """

    def __init__(self, reason: str, *, final: bool, is_news: bool) -> None:
        super().__init__(reason)
        self.final = final
        self.is_news = is_news


class _TooMany(Exception):
    """The receiver had so many messages that this one must wait."""


async def claim(site: Site, uuid: str, attempt: int, renderers: Renderers) -> Claimed | None:
    """Claim a pending notification of which `attempt` attempts were made; None when there is nothing to send.

    What must not be sent (channel disabled, address not verified, event not wanted) is settled here. What is for a
    group goes on to its members; what is too much for its receiver is put off.
    """
    row = await take_owed(site, NOTIFICATIONS, uuid, attempt, _CLAIM_COLUMNS)
    if row is None:
        return None
    taken = Claim(*row)
    try:
        return await _prepare(site, taken, renderers)
    except _Unsendable as error:
        note = {"last_error": str(error)} if error.is_news else {}
        async with site.database.transaction() as unit:
            await _record_failed(unit, site.clock(), taken, str(error), final=error.final, note=note)
    except _TooMany:
        now = site.clock()
        async with site.database.transaction() as unit:
            await put_off(unit, NOTIFICATIONS, taken, now + TO_ONE_RECEIVER.pause, TOO_MANY)
    return None


async def record_success(site: Site, claim: Claim, *, took_ms: int) -> None:
    """Record that the message arrived, also when its lease has ended meanwhile: it need not be sent again."""
    now = site.clock()
    async with site.database.transaction() as unit:
        await mark_sent(unit, NOTIFICATIONS, claim.id, now)
        await _note(unit, claim, {"last_error": "", "last_delivered_at": now, "last_attempt_ms": took_ms})
        if claim.group_id is not None:
            await groups.settle(unit, claim.group_id, now)


async def record_failure(site: Site, claim: Claim, error: str, *, permanent: bool, took_ms: int) -> None:
    """Record a failed attempt: tried again later, or given up. A permanent error also disables the channel."""
    note = {"last_error": error[:ERROR_LENGTH], "last_attempt_ms": took_ms, **({"disabled": True} if permanent else {})}
    async with site.database.transaction() as unit:
        await _record_failed(unit, site.clock(), claim, error, final=permanent, note=note)


async def _prepare(site: Site, claim: Claim, renderers: Renderers) -> Claimed | None:
    channel = (await channel_store.by_ids(site.database, [claim.channel_id])).get(claim.channel_id)
    if channel is None:
        return None
    kind, settings = _opened(site, channel)
    _refuse(channel, kind, settings, claim.event)
    if kind.members is not None and await _handed_over(site, claim, channel, kind.members(settings)):
        return None
    await _keep_limits(site, claim, channel, kind, settings)
    message = (
        await sample_message(site, channel.project_id, claim.created_at, renderers)
        if claim.flip_id is None
        else await flip_message(site, claim.event, claim.flip_id, renderers, with_objects=kind.wants_objects)
    )
    if message is None:
        raise _Unsendable("What it tells is true no more", final=True, is_news=False)
    if channel.kind == "email":
        glance = await overview(site.database, channel.project_id, settings.address, site.clock())
        message = replace(message, overview=glance)
    ways_back = unsubscribe_url(site, channel.uuid), status_url(site, claim.uuid), return_address(site, claim.uuid)
    return Claimed(claim, kind, settings, message, *ways_back)


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
        raise _Unsendable(UNWANTED, final=True, is_news=False)


async def _handed_over(site: Site, claim: Claim, channel: ChannelRecord, uuids: Sequence[str]) -> bool:
    """Hand a message for a group over to its members; False when none of them is left that could be told."""
    async with site.database.transaction() as unit:
        members = await groups.members(unit, channel.project_id, uuids, claim.event)
        told = [member.id for member in members if member.wants]
        if told:
            await groups.hand_over(unit, claim, told, site.clock())
    if members and not told:
        raise _Unsendable(UNWANTED, final=True, is_news=False)
    return bool(told)


async def _keep_limits(site: Site, claim: Claim, channel: ChannelRecord, kind: ChannelKind, settings: Any) -> None:
    """Count a message against the limits of its receiver and its project (section 11)."""
    monthly = Monthly(site.settings.phone_monthly_limit)
    if kind.receiver is not None:
        await _keep_pace(site, claim, f"{channel.kind}:{kind.receiver(settings)}")
    # Another attempt is no other message.
    if kind.by_phone and monthly.capacity and claim.attempt == 1:
        async with site.database.transaction() as unit:
            if not await take(unit, site.vault, f"phone:{channel.project_id}", monthly, site.clock()):
                raise _Unsendable(QUOTA_USED, final=True, is_news=True)


async def _keep_pace(site: Site, claim: Claim, receiver: str) -> None:
    now = site.clock()
    async with site.database.transaction() as unit:
        if await take(unit, site.vault, receiver, TO_ONE_RECEIVER, now):
            return
    if now - claim.created_at > PUT_OFF_FOR:
        raise _Unsendable(TOO_MANY, final=True, is_news=True)
    raise _TooMany


async def _record_failed(
    unit: UnitOfWork, now: datetime, claim: Claim, error: str, *, final: bool, note: dict[str, Any]
) -> None:
    if not await mark_failed(unit, NOTIFICATIONS, claim, now, error, final=final):
        return
    await _note(unit, claim, note)
    if claim.group_id is not None:
        await groups.settle(unit, claim.group_id, now)


async def _note(unit: UnitOfWork, claim: Claim, values: dict[str, Any]) -> None:
    if values:
        await unit.execute(update(channels).where(channels.c.id == claim.channel_id).values(values))
