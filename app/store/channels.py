"""Channels and contacts in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import delete, func, select, update

from app.channels.message import AlertEvent
from app.channels.registry import channel_kind
from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import NotFound
from app.models import Channel, Contact
from app.models.tables import channels, contacts
from app.security.keys import Vault
from app.store import assignments


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """All that is stored of one contact."""

    id: int
    uuid: str
    project_id: int
    name: str
    auto_linked: bool
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """All that is stored of one channel; its settings are still encrypted."""

    id: int
    uuid: str
    project_id: int
    contact_id: int
    kind: str
    name: str
    settings_encrypted: str
    verified_at: datetime | None
    disabled: bool
    last_error: str
    last_delivered_at: datetime | None


_SELECT_CONTACTS = select(*(contacts.c[field.name] for field in fields(ContactRecord)))
_SELECT_CHANNELS = select(*(channels.c[field.name] for field in fields(ChannelRecord)))


def opened_settings(vault: Vault, channel: ChannelRecord) -> BaseModel:
    """Return the channel's settings, decrypted."""
    settings: BaseModel = channel_kind(channel.kind).Settings.model_validate_json(
        vault.decrypt(channel.settings_encrypted)
    )
    return settings


async def contacts_of(reader: Reader, project_id: int) -> list[ContactRecord]:
    """Return the project's contacts, oldest first."""
    rows = await reader.rows(_SELECT_CONTACTS.where(contacts.c.project_id == project_id).order_by(contacts.c.id))
    return [ContactRecord(*row) for row in rows]


async def contacts_by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, ContactRecord]:
    """Return the contacts with these numbers, by number."""
    rows = await reader.rows(_SELECT_CONTACTS.where(contacts.c.id.in_(ids)))
    return {row.id: ContactRecord(*row) for row in rows}


async def contact(reader: Reader, project_id: int, uuid: str) -> ContactRecord:
    """Return the project's contact with this uuid, or NotFound."""
    row = await reader.row(_SELECT_CONTACTS.where(contacts.c.project_id == project_id, contacts.c.uuid == uuid))
    if row is None:
        raise NotFound("There is no such contact.")
    return ContactRecord(*row)


async def contacts_by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, ContactRecord]:
    """Return the project's contacts with these uuids, by uuid."""
    own = contacts.c.project_id == project_id
    rows = await reader.rows(_SELECT_CONTACTS.where(own, contacts.c.uuid.in_(uuids)))
    return {row.uuid: ContactRecord(*row) for row in rows}


async def most_used(reader: Reader, project_id: int) -> int:
    """Return how many contacts or channels the project has, whichever are more."""
    counts = (select(func.count()).where(table.c.project_id == project_id) for table in (contacts, channels))
    row = await reader.row(select(*(count.scalar_subquery() for count in counts)))
    return max(row) if row else 0


async def add_contact(
    unit: UnitOfWork, project_id: int, name: str, now: datetime, *, auto_linked: bool = False
) -> ContactRecord:
    """Store a new contact without channels; one that is `auto_linked` hears of the monitors that are so at once."""
    row = Contact(project_id=project_id, name=name, auto_linked=auto_linked, created_at=now)
    await unit.add(row)
    if auto_linked:
        await assignments.link_contact_to_monitors(unit, project_id, row.id or 0)
    return ContactRecord(*(getattr(row, field.name) for field in fields(ContactRecord)))


async def change_contact(
    unit: UnitOfWork, contact: ContactRecord, now: datetime, *, name: str | None = None, auto_linked: bool | None = None
) -> ContactRecord:
    """Change what is given of a contact and return it; NotFound when another deleted it since it was read.

    One that becomes `auto_linked` hears of the monitors that are so at once; one that ceases to be keeps those it has.
    """
    given = {"name": name, "auto_linked": auto_linked}
    values = {column: value for column, value in given.items() if value is not None}
    changed = update(contacts).where(contacts.c.id == contact.id).values(updated_at=now, **values)
    row = (await unit.execute(changed.returning(*(contacts.c[field.name] for field in fields(ContactRecord))))).first()
    if row is None:
        raise NotFound("There is no such contact.")
    if auto_linked and not contact.auto_linked:
        await assignments.link_contact_to_monitors(unit, contact.project_id, contact.id)
    return ContactRecord(*row)


async def remove_contact(unit: UnitOfWork, contact_id: int) -> None:
    """Delete a contact with its channels; NotFound when another did so since it was read."""
    gone = await unit.execute(delete(contacts).where(contacts.c.id == contact_id).returning(contacts.c.id))
    if gone.first() is None:
        raise NotFound("There is no such contact.")


async def of_project(reader: Reader, project_id: int) -> list[ChannelRecord]:
    """Return the project's channels, oldest first."""
    rows = await reader.rows(_SELECT_CHANNELS.where(channels.c.project_id == project_id).order_by(channels.c.id))
    return [ChannelRecord(*row) for row in rows]


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, ChannelRecord]:
    """Return the channels with these numbers, by number."""
    rows = await reader.rows(_SELECT_CHANNELS.where(channels.c.id.in_(ids)))
    return {row.id: ChannelRecord(*row) for row in rows}


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, ChannelRecord]:
    """Return the project's channels with these uuids, by uuid."""
    own = channels.c.project_id == project_id
    rows = await reader.rows(_SELECT_CHANNELS.where(own, channels.c.uuid.in_(uuids)))
    return {row.uuid: ChannelRecord(*row) for row in rows}


async def of_contacts(reader: Reader, contact_ids: Sequence[int]) -> dict[int, list[ChannelRecord]]:
    """Return the channels of these contacts, by the contact's number, oldest first."""
    statement = _SELECT_CHANNELS.where(channels.c.contact_id.in_(contact_ids)).order_by(channels.c.id)
    found: dict[int, list[ChannelRecord]] = {contact_id: [] for contact_id in contact_ids}
    for row in await reader.rows(statement):
        found[row.contact_id].append(ChannelRecord(*row))
    return found


async def channel(reader: Reader, project_id: int, uuid: str) -> ChannelRecord:
    """Return the project's channel with this uuid, or NotFound."""
    row = await reader.row(_SELECT_CHANNELS.where(channels.c.project_id == project_id, channels.c.uuid == uuid))
    if row is None:
        raise NotFound("There is no such channel.")
    return ChannelRecord(*row)


async def add(
    unit: UnitOfWork, vault: Vault, contact: ContactRecord, kind: str, name: str, settings: BaseModel, now: datetime
) -> ChannelRecord:
    """Store a new channel of a contact."""
    row = Channel(
        project_id=contact.project_id,
        contact_id=contact.id,
        kind=kind,
        name=name,
        created_at=now,
        **_settings_columns(vault, kind, settings, now),
    )
    await unit.add(row)
    return ChannelRecord(*(getattr(row, field.name) for field in fields(ChannelRecord)))


async def change(
    unit: UnitOfWork,
    vault: Vault,
    channel: ChannelRecord,
    now: datetime,
    *,
    name: str | None = None,
    settings: BaseModel | None = None,
    disabled: bool | None = None,
) -> ChannelRecord:
    """Change what is given, settings as a whole, and return the channel; NotFound when another deleted it meanwhile.

    Its contact counts as changed when its settings do.
    A channel that is enabled starts anew: what disabled it is forgotten.
    """
    values: dict[str, Any] = {} if name is None else {"name": name}
    if settings is not None:
        values |= _settings_columns(vault, channel.kind, settings, now) | {"last_attempt_ms": None}
    if disabled is not None:
        values["disabled"] = disabled
    if disabled is False and channel.disabled:
        values["last_error"] = ""
    changed = update(channels).where(channels.c.id == channel.id).values({"name": channel.name, **values})
    row = (await unit.execute(changed.returning(*(channels.c[field.name] for field in fields(ChannelRecord))))).first()
    if row is None:
        raise NotFound("There is no such channel.")
    if settings is not None:
        await unit.execute(update(contacts).where(contacts.c.id == channel.contact_id).values(updated_at=now))
    return ChannelRecord(*row)


def _settings_columns(vault: Vault, kind: str, settings: BaseModel, now: datetime) -> dict[str, Any]:
    """Return what follows from a channel's settings. Whoever may write the project vouches for the address."""
    implementation = channel_kind(kind)
    return {
        "settings_encrypted": vault.encrypt(settings.model_dump_json()),
        "tells_down": not implementation.is_noop(settings, AlertEvent.DOWN),
        "tells_up": not implementation.is_noop(settings, AlertEvent.UP),
        "verified_at": now,
    }


async def remove(unit: UnitOfWork, channel_id: int) -> None:
    """Delete a channel with its notifications; NotFound when another did so since it was read."""
    gone = await unit.execute(delete(channels).where(channels.c.id == channel_id).returning(channels.c.id))
    if gone.first() is None:
        raise NotFound("There is no such channel.")
