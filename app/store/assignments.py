"""Which contacts and channels hear of which watchable."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    Table,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    union,
)

from app.db.engine import Database
from app.db.prepared import PreparedSelect
from app.db.reader import AnyRow, Reader
from app.db.unit_of_work import UnitOfWork
from app.models.tables import channels, contacts, monitors, watchable_channels, watchable_contacts, watchables
from app.rules.assignments import kept_contacts

_DIRECT = select(watchable_channels.c.watchable_id, channels.c.uuid).join(
    channels, channels.c.id == watchable_channels.c.channel_id
)
_BY_CONTACT = select(watchable_contacts.c.watchable_id, channels.c.uuid).join(
    channels, channels.c.contact_id == watchable_contacts.c.contact_id
)


# Not as a parameter, which SQLAlchemy would fill in at each execution.
_COMMA: Any = literal_column("','")


def _listed(assigned: Table, same: ColumnElement[bool]) -> ScalarSelect[str]:
    """Select the numbers of the watchables that are assigned, as one text: a row for each would cost ten times more."""
    numbers = func.aggregate_strings(cast(assigned.c.watchable_id, String), _COMMA)
    return select(numbers).where(same).correlate(channels).scalar_subquery()


_WATCHABLES_OF_CHANNELS = PreparedSelect(
    select(
        channels.c.uuid,
        _listed(watchable_channels, watchable_channels.c.channel_id == channels.c.id),
        _listed(watchable_contacts, watchable_contacts.c.contact_id == channels.c.contact_id),
    )
    .where(channels.c.project_id == bindparam("project_id"))
    .order_by(channels.c.uuid)
)


async def told_in_project(database: Database, project_id: int) -> dict[int, list[str]]:
    """Return the uuids of the channels that hear of each watchable of the project, sorted, by its number."""
    found: dict[int, list[str]] = {}
    for uuid, *numbers in await _WATCHABLES_OF_CHANNELS.rows(database, project_id=project_id):
        for watchable_id in {int(number) for text in numbers if text for number in text.split(",")}:
            found.setdefault(watchable_id, []).append(uuid)
    return found


async def told(reader: Reader, watchable_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the uuids of the channels that hear of these watchables, sorted, by the watchable's number."""
    direct = _DIRECT.where(watchable_channels.c.watchable_id.in_(watchable_ids))
    by_contact = _BY_CONTACT.where(watchable_contacts.c.watchable_id.in_(watchable_ids))
    return _by_watchable(await reader.rows(union(direct, by_contact).order_by("uuid")))


def _by_watchable(rows: Iterable[AnyRow]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for watchable_id, uuid in rows:
        found.setdefault(watchable_id, []).append(uuid)
    return found


async def contact_ids_of(reader: Reader, watchable_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the numbers of the contacts assigned to these watchables, by the watchable's number."""
    assigned = select(watchable_contacts.c.watchable_id, watchable_contacts.c.contact_id)
    statement = assigned.where(watchable_contacts.c.watchable_id.in_(watchable_ids))
    found: dict[int, list[int]] = {watchable_id: [] for watchable_id in watchable_ids}
    for watchable_id, contact_id in await reader.rows(statement.order_by(watchable_contacts.c.contact_id)):
        found[watchable_id].append(contact_id)
    return found


async def assign_contacts(unit: UnitOfWork, watchable_id: int, contact_ids: Iterable[int]) -> None:
    """Let exactly these contacts hear of the watchable, and no single channels beside them."""
    await _clear(unit, watchable_id)
    await _link(unit, watchable_id, contact_ids, ())


async def assign_contacts_to(unit: UnitOfWork, watchable_ids: Sequence[int], contact_ids: Sequence[int]) -> None:
    """Let exactly these contacts hear of each of these watchables, and no single channels beside them."""
    for table in (watchable_contacts, watchable_channels):
        await unit.execute(delete(table).where(table.c.watchable_id.in_(watchable_ids)))
    rows = [{"watchable_id": number, "contact_id": one} for number in watchable_ids for one in sorted(set(contact_ids))]
    if rows:
        await unit.session.execute(insert(watchable_contacts), rows)


async def link_monitor_to_contacts(unit: UnitOfWork, project_id: int, monitor_id: int) -> None:
    """Let all contacts of the project that are linked by themselves hear of a new monitor."""
    linked = select(literal(monitor_id), contacts.c.id).where(
        contacts.c.project_id == project_id, contacts.c.auto_linked
    )
    await unit.execute(insert(watchable_contacts).from_select(["watchable_id", "contact_id"], linked))


async def link_contact_to_monitors(unit: UnitOfWork, project_id: int, contact_id: int) -> None:
    """Let a contact hear of all monitors of the project that are linked by themselves; it may hear of some already."""
    heard = select(watchable_contacts.c.watchable_id).where(watchable_contacts.c.contact_id == contact_id)
    linked = (
        select(monitors.c.watchable_id, literal(contact_id))
        .join(watchables, watchables.c.id == monitors.c.watchable_id)
        .where(watchables.c.project_id == project_id, monitors.c.auto_linked, monitors.c.watchable_id.not_in(heard))
    )
    await unit.execute(insert(watchable_contacts).from_select(["watchable_id", "contact_id"], linked))


async def assign_channels(unit: UnitOfWork, watchable_id: int, wanted: set[int]) -> None:
    """Let exactly these channels hear of the watchable."""
    contact_ids = (await contact_ids_of(unit, [watchable_id]))[watchable_id]
    owned = select(channels.c.contact_id, channels.c.id).where(channels.c.contact_id.in_(contact_ids))
    assigned: dict[int, set[int]] = {contact_id: set() for contact_id in contact_ids}
    for contact_id, channel_id in await unit.rows(owned):
        assigned[contact_id].add(channel_id)
    kept = kept_contacts(wanted, assigned)
    covered = {channel_id for contact_id in kept for channel_id in assigned[contact_id]}
    await _clear(unit, watchable_id)
    await _link(unit, watchable_id, kept, wanted - covered)


async def assign_all(unit: UnitOfWork, watchable_id: int) -> None:
    """Let every channel that the project has by now hear of the watchable."""
    project_id = select(watchables.c.project_id).where(watchables.c.id == watchable_id).scalar_subquery()
    own = await unit.rows(select(channels.c.id).where(channels.c.project_id == project_id))
    await assign_channels(unit, watchable_id, {row[0] for row in own})


async def _clear(unit: UnitOfWork, watchable_id: int) -> None:
    for table in (watchable_contacts, watchable_channels):
        await unit.execute(delete(table).where(table.c.watchable_id == watchable_id))


async def _link(unit: UnitOfWork, watchable_id: int, contact_ids: Iterable[int], channel_ids: Iterable[int]) -> None:
    by_contact = [{"watchable_id": watchable_id, "contact_id": number} for number in sorted(contact_ids)]
    direct = [{"watchable_id": watchable_id, "channel_id": number} for number in sorted(channel_ids)]
    if by_contact:
        await unit.execute(insert(watchable_contacts).values(by_contact))
    if direct:
        await unit.execute(insert(watchable_channels).values(direct))
