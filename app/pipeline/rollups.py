"""Runs summed up by minute, hour and day as they are recorded: what reports read instead of the runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Table, case
from sqlalchemy.dialects import postgresql, sqlite

from app.db.unit_of_work import UnitOfWork
from app.models.tables import rollups
from app.rules.keeping import DAY, HOUR, MINUTE
from app.rules.outcomes import Outcome

_PARTS = ("resolve", "connect", "tls", "processing", "transfer", "closing", "total")
_SUMMED = tuple((f"{part}_ms", f"{part}_sum") for part in _PARTS)
_COUNTED = ("runs", "slow", "failures")
_Key = tuple[int, int, datetime, int]


async def add_runs(unit: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add runs to the minutes, hours and days that they were recorded in, in one statement.

    Each row has the columns of `runs`; those that were not measured, or whose location is gone, count nowhere. It is to
    be called once in a transaction: rows are locked in the order of their keys, so that two never wait for each other.
    """
    sums: dict[_Key, dict[str, Any]] = {}
    for row in rows:
        if Outcome(row["outcome"]).is_measured and row["location_id"] is not None:
            for key in _keys(row):
                _add(sums.get(key) or sums.setdefault(key, _empty(key, row)), row)
    if sums:
        statement = _STATEMENTS[unit.session.get_bind().dialect.name]
        await unit.session.execute(statement, [sums[key] for key in sorted(sums)])


def _keys(row: Mapping[str, Any]) -> Iterator[_Key]:
    number, location_id = row["watchable_id"], row["location_id"]
    minute = row["created_at"].replace(second=0, microsecond=0)
    hour = minute.replace(minute=0)
    yield number, MINUTE, minute, location_id
    yield number, HOUR, hour, location_id
    yield number, DAY, hour.replace(hour=0), location_id


def _empty(key: _Key, row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("watchable_id", "resolution", "bucket_at", "location_id")
    total = row["total_ms"]
    zeros = dict.fromkeys((*_COUNTED, *(name for _, name in _SUMMED)), 0)
    return {**dict(zip(names, key, strict=True)), **zeros, "total_min": total, "total_max": total}


def _add(sums: dict[str, Any], row: Mapping[str, Any]) -> None:
    sums["runs"] += 1
    sums["slow"] += row["outcome"] == Outcome.SLOW
    sums["failures"] += row["outcome"] == Outcome.FAIL
    for measured, summed in _SUMMED:
        sums[summed] += row[measured] or 0.0
    sums["total_min"] = min(sums["total_min"], row["total_ms"])
    sums["total_max"] = max(sums["total_max"], row["total_ms"])


def _adding(insert: Callable[[Table], sqlite.Insert | postgresql.Insert]) -> Insert:
    """Return the statement that stores sums, added to those that are stored."""
    new = insert(rollups)
    added: dict[str, ColumnElement[Any]] = {
        name: rollups.c[name] + new.excluded[name] for name in (*_COUNTED, *(name for _, name in _SUMMED))
    }
    lowest, least = rollups.c.total_min, new.excluded.total_min
    highest, most = rollups.c.total_max, new.excluded.total_max
    added["total_min"] = case((least < lowest, least), else_=lowest)
    added["total_max"] = case((most > highest, most), else_=highest)
    return new.on_conflict_do_update(index_elements=list(rollups.primary_key.columns), set_=added)


_STATEMENTS: Mapping[str, Insert] = {
    "sqlite": _adding(sqlite.insert),
    "postgresql": _adding(postgresql.insert),
}
