"""The way of one notification: claimed with all that is needed to send it, sent by someone else, recorded.

Its life is that of everything owed (`app.pipeline.owed`); a channel has a say in it, and is told how it went.
"""

import logging
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.channels.kind import ChannelKind
from app.channels.message import AlertEvent, AlertMessage
from app.channels.registry import channel_kind
from app.db.unit_of_work import UnitOfWork
from app.errors import HeliographError
from app.models.tables import channels, notifications
from app.pipeline.alerting import DELIVER
from app.pipeline.facts import RenderCheckJson, flip_message, sample_message
from app.pipeline.owed import ERROR_LENGTH, Owed, mark_failed, mark_sent, take
from app.pipeline.unsubscribing import unsubscribe_url
from app.site import Site
from app.store import channels as channel_store
from app.store.channels import ChannelRecord

NOTIFICATIONS = Owed(notifications, DELIVER)
"""What is owed to channels."""

_log = logging.getLogger(__name__)


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


_CLAIM_COLUMNS = tuple(field.name for field in fields(Claim))


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
    row = await take(site, NOTIFICATIONS, uuid, attempt, _CLAIM_COLUMNS)
    if row is None:
        return None
    taken = Claim(*row)
    try:
        return await _prepare(site, taken, render_check_json)
    except _Unsendable as error:
        async with site.database.transaction() as unit:
            held = await mark_failed(unit, NOTIFICATIONS, taken, site.clock(), str(error), final=error.final)
            if held and error.is_news:
                await _note(unit, taken, last_error=str(error))
        return None


async def record_success(site: Site, claim: Claim) -> None:
    """Record that the message arrived, also when its lease has ended meanwhile: it need not be sent again."""
    now = site.clock()
    async with site.database.transaction() as unit:
        await mark_sent(unit, NOTIFICATIONS, claim.id, now)
        await _note(unit, claim, last_error="", last_delivered_at=now)


async def record_failure(site: Site, claim: Claim, error: str, *, permanent: bool) -> None:
    """Record a failed attempt: tried again later, or given up. A permanent error also disables the channel."""
    async with site.database.transaction() as unit:
        if await mark_failed(unit, NOTIFICATIONS, claim, site.clock(), error, final=permanent):
            await _note(unit, claim, last_error=error[:ERROR_LENGTH])
            if permanent:
                await channel_store.disable(unit, claim.channel_id, error)


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
    if message is None:
        raise _Unsendable("What it tells is true no more", final=True, is_news=False)
    return Claimed(claim, kind, settings, message, unsubscribe_url(site, channel.uuid))


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


async def _note(unit: UnitOfWork, claim: Claim, **values: Any) -> None:
    await unit.execute(update(channels).where(channels.c.id == claim.channel_id).values(**values))
