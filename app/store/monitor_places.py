"""Where monitors are probed from and when: the writing side of `monitor_locations`, for many monitors at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, tuple_, update

from app.db.unit_of_work import UnitOfWork
from app.models.tables import monitor_locations
from app.rules.due_times import spread
from app.rules.placements import probed

_COUNTED_ANEW = {"failures_in_row": 0, "passes_in_row": 0, "unmeasured_in_row": 0}
_FORGOTTEN = {**_COUNTED_ANEW, "bad": False}
_table = monitor_locations
_BEGIN = (
    update(_table)
    .where(
        _table.c.watchable_id == bindparam("monitor"),
        _table.c.location_id == bindparam("location"),
        _table.c.due_at.is_(None),
    )
    .values(due_at=bindparam("begin"), look_at=bindparam("begin"), **_COUNTED_ANEW)
)
_latest = bindparam("latest", type_=_table.c.due_at.type)
_HASTEN = (
    update(_table)
    .where(
        _table.c.watchable_id == bindparam("monitor"),
        _table.c.look_at == _table.c.due_at,
        _table.c.due_at > _latest,
    )
    .values(due_at=_latest, look_at=_latest)
)


async def place(unit: UnitOfWork, monitor_ids: Sequence[int], location_ids: Sequence[int]) -> None:
    """Let each of these monitors have exactly these locations, in this order; `start` says when they are probed."""
    own = _table.c.watchable_id.in_(monitor_ids)
    await unit.execute(delete(_table).where(own, _table.c.location_id.not_in(location_ids)))
    kept = {(row[0], row[1]) for row in await unit.rows(select(_table.c.watchable_id, _table.c.location_id).where(own))}
    rows = [
        {"watchable_id": number, "location_id": location_id, "position": position}
        for number in monitor_ids
        for position, location_id in enumerate(location_ids)
    ]
    moved = [_keyed(row) for row in rows if (row["watchable_id"], row["location_id"]) in kept]
    added = [row for row in rows if (row["watchable_id"], row["location_id"]) not in kept]
    if moved:
        same = (_table.c.watchable_id == bindparam("monitor")) & (_table.c.location_id == bindparam("location"))
        await unit.session.execute(update(_table).where(same).values(position=bindparam("place")), moved)
    if added:
        await unit.session.execute(insert(_table), [row | {"lease": 0} | _FORGOTTEN for row in added])


def _keyed(row: Mapping[str, int]) -> dict[str, int]:
    return {"monitor": row["watchable_id"], "location": row["location_id"], "place": row["position"]}


async def start(unit: UnitOfWork, monitor_ids: Sequence[int], now: datetime) -> None:
    """Let these monitors be probed at once where they should be and are not yet, and no more where they should not.

    Many begin one after another, within half a minute.
    """
    chosen = await _probed_places(unit, monitor_ids)
    own = _table.c.watchable_id.in_(monitor_ids)
    key = tuple_(_table.c.watchable_id, _table.c.location_id)
    begins = [
        {"monitor": monitor_id, "location": location_id, "begin": now + spread(monitor_id, len(monitor_ids))}
        for monitor_id, location_id in chosen
    ]
    if begins:
        await unit.session.execute(_BEGIN, begins)
    await _stop(unit, own & key.not_in(chosen), _FORGOTTEN)


async def _probed_places(unit: UnitOfWork, monitor_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return each of these monitors with each location to probe it from."""
    places = select(_table.c.watchable_id, _table.c.location_id).where(_table.c.watchable_id.in_(monitor_ids))
    of_monitors: dict[int, list[int]] = {}
    for monitor_id, location_id in await unit.rows(places.order_by(_table.c.position, _table.c.location_id)):
        of_monitors.setdefault(monitor_id, []).append(location_id)
    return [(monitor_id, one) for monitor_id, location_ids in of_monitors.items() for one in probed(location_ids, {})]


async def stop(unit: UnitOfWork, monitor_ids: Sequence[int]) -> None:
    """Let these monitors be probed no more; what runs now is not heard. Places that are bad stay so."""
    await _stop(unit, _table.c.watchable_id.in_(monitor_ids), _COUNTED_ANEW)


async def _stop(unit: UnitOfWork, places: ColumnElement[bool], forgotten: Mapping[str, Any]) -> None:
    stopped: dict[str, Any] = {"due_at": None, "look_at": None, "lease": _table.c.lease + 1, **forgotten}
    await unit.execute(update(_table).where(places, _table.c.due_at.is_not(None)).values(**stopped))


async def hasten(unit: UnitOfWork, monitor_ids: Sequence[int], interval: int, now: datetime) -> None:
    """Let no run of these monitors be further away than one interval, in seconds; what runs now runs on."""
    longest = timedelta(seconds=interval)
    given = [
        {"monitor": monitor_id, "latest": now + longest - min(spread(monitor_id, len(monitor_ids)), longest)}
        for monitor_id in monitor_ids
    ]
    if given:
        await unit.session.execute(_HASTEN, given)
