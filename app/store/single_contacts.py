"""Contacts that are reached by one channel, as API Science knows them (specs/apiscience.md section 13)."""

from dataclasses import dataclass, fields
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, exists, insert, select

from app.db.reader import AnyRow, Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import NotFound
from app.models.tables import channels, contacts, watchable_channels
from app.security.keys import Vault
from app.store import channels as channel_store
from app.store.channels import ChannelRecord, ContactRecord, opened_settings
from app.store.check_changes import UNSET, Unset
from app.store.parts import Listed, Part, extent

SETTINGS = {"email": "address", "url": "url", "pagerduty": "routing_key"}
"""The kinds of channels that such contacts have, and the setting that is their value."""


@dataclass(frozen=True, slots=True)
class SingleContact:
    """A contact with its only channel, which is of one of these kinds, and the address, URL or key in its settings."""

    contact: ContactRecord
    channel: ChannelRecord
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleContactChanges:
    """What is to be of such a contact; what is UNSET stays as it is. A contact without a label has an empty name."""

    label: str | Unset = UNSET
    kind: str | Unset = UNSET
    value: str | Unset = UNSET


_CONTACT_COLUMNS = tuple(contacts.c[field.name] for field in fields(ContactRecord))
_CHANNEL_COLUMNS = tuple(channels.c[field.name] for field in fields(ChannelRecord))
_JOINED = contacts.join(channels, channels.c.contact_id == contacts.c.id)
_OTHERS = channels.alias("others")
_SELECT = select(*_CONTACT_COLUMNS, *_CHANNEL_COLUMNS).select_from(_JOINED)


def _of(project_id: int) -> ColumnElement[bool]:
    has_another = exists().where(_OTHERS.c.contact_id == contacts.c.id, _OTHERS.c.id != channels.c.id)
    return and_(contacts.c.project_id == project_id, channels.c.kind.in_(SETTINGS), ~has_another)


def _record(vault: Vault, row: AnyRow) -> SingleContact:
    contact, channel = row[: len(_CONTACT_COLUMNS)], row[len(_CONTACT_COLUMNS) :]
    return _opened(vault, ContactRecord(*contact), ChannelRecord(*channel))


def _opened(vault: Vault, contact: ContactRecord, channel: ChannelRecord) -> SingleContact:
    value: str = getattr(opened_settings(vault, channel), SETTINGS[channel.kind])
    return SingleContact(contact, channel, value)


async def of_project(reader: Reader, vault: Vault, project_id: int, part: Part | None = None) -> Listed[SingleContact]:
    """Return the project's contacts of this sort, or a part of them, oldest first."""
    statement = _SELECT.where(_of(project_id)).order_by(contacts.c.id)
    if part is None:
        found = [_record(vault, row) for row in await reader.rows(statement)]
        return Listed(found, len(found), None)
    total, at_most_id = await extent(reader, _JOINED, contacts.c.id, _of(project_id), part.at_most_id)
    if at_most_id is None:
        return Listed([], 0, None)
    some = statement.where(contacts.c.id <= at_most_id).limit(part.limit).offset(part.offset)
    return Listed([_record(vault, row) for row in await reader.rows(some)], total, at_most_id)


async def by_id(reader: Reader, vault: Vault, project_id: int, contact_id: int, *, lock: bool = False) -> SingleContact:
    """Return the project's contact with this number; NotFound also for one that is not of this sort.

    `lock` keeps other writers of it waiting until the transaction ends.
    """
    statement = _SELECT.where(_of(project_id), contacts.c.id == contact_id)
    row = await reader.row(statement.with_for_update(of=[contacts, channels], key_share=True) if lock else statement)
    if row is None:
        raise NotFound("There is no such contact.")
    return _record(vault, row)


async def add(
    unit: UnitOfWork, vault: Vault, project_id: int, label: str, kind: str, settings: BaseModel, now: datetime
) -> SingleContact:
    """Store a new contact with its channel; it hears of all monitors whose API cannot say who does."""
    contact = await channel_store.add_contact(unit, project_id, label, now, auto_linked=True)
    channel = await channel_store.add(unit, vault, contact, kind, label, settings, now)
    return _opened(vault, contact, channel)


async def change(
    unit: UnitOfWork,
    vault: Vault,
    found: SingleContact,
    now: datetime,
    *,
    label: str | None = None,
    reached: tuple[str, BaseModel] | None = None,
) -> SingleContact:
    """Change what is given: the label; the kind of channel and its settings, by which it is reached from now on.

    A channel of another kind takes the place of the one there was, also where that hears of a watchable alone.
    """
    contact, channel = found.contact, found.channel
    name = label if label is not None and channel.name == contact.name else channel.name
    if reached is None:
        channel = await channel_store.change(unit, vault, channel, now, name=name)
    elif reached[0] == channel.kind:
        channel = await channel_store.change(unit, vault, channel, now, name=name, settings=reached[1], disabled=False)
    else:
        channel = await _replace(unit, vault, found, reached[0], name, reached[1], now)
    contact = await channel_store.change_contact(unit, contact, now, name=label)
    return _opened(vault, contact, channel)


async def _replace(
    unit: UnitOfWork, vault: Vault, found: SingleContact, kind: str, name: str, settings: BaseModel, now: datetime
) -> ChannelRecord:
    former = found.channel
    made = await channel_store.add(unit, vault, found.contact, kind, name, settings, now)
    alone = watchable_channels.c.channel_id == former.id
    heard = await unit.rows(select(watchable_channels.c.watchable_id).where(alone))
    if heard:
        rows = [{"watchable_id": row.watchable_id, "channel_id": made.id} for row in heard]
        await unit.session.execute(insert(watchable_channels), rows)
    await channel_store.remove(unit, former.id)
    return made
