"""Monitors in the database: one record joins what `watchables` and `monitors` hold."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import Conflict, Foreign, InvalidInput, NotFound
from app.ids import new_uuid
from app.models import WatchableKind
from app.models.tables import monitors, tags, watchable_tags, watchables
from app.rules.monitor_settings import default_timeout
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.states import WatchState
from app.store.parts import Listed, Part, extent


@dataclass(slots=True)
class MonitorRecord:
    """All that is stored of one monitor; every field is a column of that name in `monitors` or `watchables`."""

    id: int
    uuid: str
    project_id: int
    name: str
    slug: str
    state: WatchState
    state_since: datetime
    paused: bool
    remind_every: int | None
    remind_at: datetime | None
    created_at: datetime
    badge_uuid: str
    kind: ProbeKind
    address: str
    interval: int
    timeout: int
    retries: int
    locations_down: int
    runs_down: int
    runs_up: int
    degraded_above_ms: float | None
    auto_linked: bool
    updated_at: datetime
    last_run_at: datetime | None
    last_outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class MonitorRef:
    """Names one monitor of a project: exactly one of the fields is set."""

    id: int | None = None
    uuid: str | None = None
    slug: str | None = None


_NAMES = tuple(field.name for field in fields(MonitorRecord))
_MONITOR_NAMES = tuple(name for name in _NAMES if name in monitors.c)
_WATCHABLE_NAMES = tuple(name for name in _NAMES if name not in monitors.c and name != "id")
_JOINED = watchables.join(monitors)

select_monitors = select(*((monitors if name in monitors.c else watchables).c[name] for name in _NAMES)).select_from(
    _JOINED
)
"""Every column of a record, in the order of its fields."""


async def find(reader: Reader, project_id: int, ref: MonitorRef, *, lock: bool = False) -> MonitorRecord:
    """Return the monitor of this project; Foreign, NotFound, or Conflict when a slug names several.

    `lock` keeps other writers of the monitor waiting until the transaction ends.
    """
    statement = select_monitors.where(_named(ref, project_id)).limit(2)
    if lock:
        statement = statement.with_for_update(of=[monitors, watchables], key_share=True)
    found = [MonitorRecord(*row) for row in await reader.rows(statement)]
    if len(found) > 1:
        raise Conflict("The slug names several monitors.")
    if not found:
        raise NotFound("There is no such monitor.")
    if found[0].project_id != project_id:
        raise Foreign("There is no such monitor.")
    return found[0]


def _named(ref: MonitorRef, project_id: int) -> ColumnElement[bool]:
    if ref.id is not None:
        return watchables.c.id == ref.id
    if ref.uuid is not None:
        return watchables.c.uuid == ref.uuid
    if ref.slug is not None:
        return (watchables.c.project_id == project_id) & (watchables.c.slug == ref.slug)
    raise InvalidInput("Name the monitor by its id or slug.")


async def of_project(
    reader: Reader, project_id: int, *, tags: Sequence[str] = (), lock: bool = False
) -> list[MonitorRecord]:
    """Return the project's monitors that carry any of the tags, all when none are given, oldest first.

    `lock` keeps other writers of these monitors waiting until the transaction ends.
    """
    statement = select_monitors.where(_in_list(project_id, tags)).order_by(watchables.c.id)
    if lock:
        statement = statement.with_for_update(of=[monitors, watchables], key_share=True)
    return [MonitorRecord(*row) for row in await reader.rows(statement)]


async def part_of_project(
    reader: Reader, project_id: int, part: Part, *, tags: Sequence[str] = ()
) -> Listed[MonitorRecord]:
    """Return a part of what `of_project` returns, in two statements."""
    own = _in_list(project_id, tags)
    total, at_most_id = await extent(reader, _JOINED, watchables.c.id, own, part.at_most_id)
    if at_most_id is None:
        return Listed([], 0, None)
    statement = select_monitors.where(own, watchables.c.id <= at_most_id).order_by(watchables.c.id)
    rows = await reader.rows(statement.limit(part.limit).offset(part.offset))
    return Listed([MonitorRecord(*row) for row in rows], total, at_most_id)


def _in_list(project_id: int, tags: Sequence[str]) -> ColumnElement[bool]:
    own = watchables.c.project_id == project_id
    return own & carries_any(project_id, tags) if tags else own


def carries_any(project_id: int, names: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a watchable carries one of the tags."""
    tagged = select(watchable_tags.c.watchable_id).select_from(watchable_tags.join(tags))
    return watchables.c.id.in_(tagged.where(tags.c.project_id == project_id, tags.c.name.in_(names)))


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, MonitorRecord]:
    """Return the monitors with these numbers, by number."""
    rows = await reader.rows(select_monitors.where(watchables.c.id.in_(ids)))
    return {record.id: record for record in (MonitorRecord(*row) for row in rows)}


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, MonitorRecord]:
    """Return the project's monitors with these uuids, by uuid."""
    own = watchables.c.project_id == project_id
    rows = await reader.rows(select_monitors.where(own, watchables.c.uuid.in_(uuids)))
    return {record.uuid: record for record in (MonitorRecord(*row) for row in rows)}


async def count(reader: Reader, project_id: int) -> int:
    """Return how many monitors the project has."""
    statement = select(func.count()).select_from(_JOINED).where(watchables.c.project_id == project_id)
    row = await reader.row(statement)
    return row[0] if row else 0


async def add(unit: UnitOfWork, monitor: MonitorRecord) -> None:
    """Store a new monitor and give the record its number."""
    shared = {name: getattr(monitor, name) for name in _WATCHABLE_NAMES}
    stored = insert(watchables).values(kind=WatchableKind.MONITOR, **shared).returning(watchables.c.id)
    monitor.id = (await unit.execute(stored)).scalar_one()
    own = {name: getattr(monitor, name) for name in _MONITOR_NAMES}
    await unit.execute(insert(monitors).values(watchable_id=monitor.id, **own))


async def save(unit: UnitOfWork, changed: Sequence[MonitorRecord]) -> None:
    """Store what changed of monitors that were read with `lock`."""
    for table, number, names in (
        (watchables, watchables.c.id, _WATCHABLE_NAMES),
        (monitors, monitors.c.watchable_id, _MONITOR_NAMES),
    ):
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        rows = [{"number": one.id} | {f"new_{name}": getattr(one, name) for name in names} for one in changed]
        if rows:
            await unit.session.execute(update(table).where(number == bindparam("number")).values(values), rows)


async def remove(unit: UnitOfWork, monitor_id: int) -> None:
    """Delete a monitor with its templates, runs, alerts, outages and notifications."""
    await unit.execute(delete(watchables).where(watchables.c.id == monitor_id))


def new_monitor(project_id: int, kind: ProbeKind, name: str, interval: int, now: datetime) -> MonitorRecord:
    """Return a monitor as it is before more was said of it than this; the interval is seconds."""
    return MonitorRecord(
        id=0,
        uuid=new_uuid(),
        project_id=project_id,
        name=name,
        slug="",
        state=WatchState.NEW,
        state_since=now,
        paused=False,
        remind_every=None,
        remind_at=None,
        created_at=now,
        badge_uuid=new_uuid(),
        kind=kind,
        address="",
        interval=interval,
        timeout=default_timeout(interval),
        retries=0,
        locations_down=1,
        runs_down=1,
        runs_up=1,
        degraded_above_ms=None,
        auto_linked=False,
        updated_at=now,
        last_run_at=None,
        last_outcome=None,
    )
