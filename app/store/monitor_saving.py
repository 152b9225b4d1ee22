"""Making and changing monitors with all that belongs to them; what is wrong is found before anything is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import InvalidInput
from app.ids import is_uuid
from app.rules import monitor_settings as rule
from app.rules.monitor_state import set_reminders
from app.rules.outcomes import ProbeKind
from app.rules.slugs import slug_of
from app.security.keys import Vault
from app.store import assignments, channels, locations, monitor_places, monitors, tags, template_changes
from app.store.check_changes import UNSET
from app.store.monitor_changes import MonitorChanges, ValidChanges, check_of_kind, checked_uuids
from app.store.monitors import MonitorRecord


async def create(
    unit: UnitOfWork, vault: Vault, project_id: int, kind: ProbeKind, wanted: ValidChanges, now: datetime
) -> MonitorRecord:
    """Store a new monitor of a project that is locked, due at once unless it is paused; InvalidInput as it may be."""
    values, changes = wanted.columns, wanted.asked
    monitor = monitors.new_monitor(project_id, kind, values["name"], values["interval"], now)
    monitor.slug = slug_of(monitor.name)
    monitor.paused = changes.paused is True
    _apply(monitor, values, now)
    await monitors.add(unit, monitor)
    await _attach(unit, vault, [monitor], wanted, now)
    if changes.locations is UNSET:
        await monitor_places.place(unit, [monitor.id], await _oldest_location(unit, project_id))
        await _start(unit, [monitor], now)
    if changes.contacts is UNSET and monitor.auto_linked:
        await assignments.link_monitor_to_contacts(unit, project_id, monitor.id)
    return monitor


async def change(
    unit: UnitOfWork, vault: Vault, changed: Sequence[MonitorRecord], wanted: ValidChanges, now: datetime
) -> None:
    """Change monitors of one project that were read with `lock`; InvalidInput changes nothing.

    `paused` is not looked at: that is a change of state. With tags, the project is locked.
    """
    if not changed:
        return
    for kind in {monitor.kind for monitor in changed}:
        check_of_kind(kind, wanted.asked)
    values = wanted.columns
    for monitor in changed:
        _apply(monitor, values, now)
    await monitors.save(unit, changed)
    await _attach(unit, vault, changed, wanted, now)
    if "interval" in values:
        await monitor_places.hasten(unit, [monitor.id for monitor in changed], values["interval"], now)


def _apply(monitor: MonitorRecord, values: dict[str, Any], now: datetime) -> None:
    """Set the columns; a timeout that is the usual one of its interval follows it."""
    follows = monitor.timeout == rule.default_timeout(monitor.interval)
    for name, value in values.items():
        setattr(monitor, name, value)
    if "interval" in values and "timeout" not in values and follows:
        monitor.timeout = rule.default_timeout(monitor.interval)
    if "remind_every" in values:
        set_reminders(monitor, values["remind_every"])
    monitor.updated_at = now


async def _attach(
    unit: UnitOfWork, vault: Vault, changed: Sequence[MonitorRecord], wanted: ValidChanges, now: datetime
) -> None:
    """Give monitors of one project the tags, templates, locations and contacts that are asked for."""
    project_id, ids = changed[0].project_id, [monitor.id for monitor in changed]
    location_ids = await _location_ids(unit, project_id, wanted.asked)
    contact_ids = await _contact_ids(unit, project_id, wanted.asked)
    if wanted.tags is not None:
        await tags.retag_in_order(unit, project_id, ids, wanted.tags)
    if wanted.templates is not None:
        await template_changes.replace(unit, vault, ids, wanted.templates, now)
    if location_ids is not None:
        await monitor_places.place(unit, ids, location_ids)
        await _start(unit, changed, now)
    if contact_ids is not None:
        await assignments.assign_contacts_to(unit, ids, contact_ids)


async def _start(unit: UnitOfWork, changed: Sequence[MonitorRecord], now: datetime) -> None:
    running = [monitor.id for monitor in changed if not monitor.paused]
    if running:
        await monitor_places.start(unit, running, now)


async def _oldest_location(reader: Reader, project_id: int) -> list[int]:
    known = await locations.of_project(reader, project_id)
    if not known:
        raise InvalidInput("There is no location to probe from", ("locations",))
    return [known[0].id]


async def _location_ids(reader: Reader, project_id: int, changes: MonitorChanges) -> list[int] | None:
    if changes.locations is UNSET:
        return None
    path = ("locations",)
    if not changes.locations:
        raise InvalidInput("A monitor is probed from a location at least", path)
    rule.checked_count(changes.locations, path, rule.MOST_LOCATIONS)
    known = await locations.by_uuids(reader, project_id, list(filter(is_uuid, changes.locations)))
    return [known[uuid].id for uuid in checked_uuids(changes.locations, known, path)]


async def _contact_ids(reader: Reader, project_id: int, changes: MonitorChanges) -> list[int] | None:
    if changes.contacts is UNSET:
        return None
    path = ("contacts",)
    rule.checked_count(changes.contacts, path, rule.MOST_CONTACTS)
    known = await channels.contacts_by_uuids(reader, project_id, list(filter(is_uuid, changes.contacts)))
    return [known[uuid].id for uuid in checked_uuids(changes.contacts, known, path)]
