"""Runs summed up by minute, hour and day as they are recorded: what reports read instead of the runs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Insert, bindparam, case, select
from sqlalchemy.dialects import postgresql, sqlite

from app.db.bulk import BulkWrite
from app.db.given_rows import given_rows, packed
from app.db.loop_connection import AnyUnit
from app.db.unit_of_work import UnitOfWork
from app.models.columns import BigId, to_microseconds
from app.models.tables import rollups
from app.rules.keeping import DAY, HOUR, MINUTE
from app.rules.outcomes import Outcome

_PARTS = ("resolve_ms", "connect_ms", "tls_ms", "processing_ms", "transfer_ms", "closing_ms", "total_ms")
_UNITS = tuple((resolution, resolution * 1_000_000) for resolution in (MINUTE, HOUR, DAY))
_COLUMNS = tuple(rollups.columns)
_NAMES = [column.key for column in _COLUMNS]
_KEY = [column.key for column in rollups.primary_key.columns]
_GIVEN = given_rows("sums", *_COLUMNS)

_Key = tuple[int, int, int, int]
_Sums = list[float]


async def add_runs(unit: AnyUnit, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add runs to the minutes, hours and days that they were recorded in, in one statement.

    Each row has the columns of `runs`; those that were not measured, or whose location is gone, count nowhere. It is to
    be called once in a transaction: rows are locked in the order of their keys, so that two never wait for each other.
    """
    sums: dict[_Key, _Sums] = {}
    for row in rows:
        if row["outcome"].is_measured and row["location_id"] is not None:
            new = _summed(row)
            for key in _keys(row):
                sums[key] = _together(sums[key], new) if key in sums else new
    if not sums:
        return
    ordered = [(*key, *sums[key]) for key in sorted(sums)]
    if isinstance(unit, UnitOfWork) and unit.session.get_bind().dialect.name == "postgresql":
        await _ADD_GIVEN.run(unit, [{"sums": packed(ordered)}])
    else:
        await _ADD_ROWS.run_plain(unit, ordered)


def _keys(row: Mapping[str, Any]) -> Iterator[_Key]:
    """Yield the keys of the roll-ups that a run is part of, in the order of the columns."""
    number, location_id, at = row["watchable_id"], row["location_id"], to_microseconds(row["created_at"])
    for resolution, unit in _UNITS:
        yield number, resolution, at // unit * unit, location_id


def _summed(row: Mapping[str, Any]) -> _Sums:
    """Return what a single run adds, in the order of the columns behind the key."""
    outcome, total = row["outcome"], row["total_ms"]
    counts = (1, int(outcome == Outcome.SLOW), int(outcome == Outcome.FAIL))
    return [*counts, *(row[part] or 0.0 for part in _PARTS), total, total]


def _together(one: _Sums, other: _Sums) -> _Sums:
    *first, lowest, highest = one
    *second, least, most = other
    return [*map(sum, zip(first, second, strict=True)), min(lowest, least), max(highest, most)]


def _adding(new: sqlite.Insert | postgresql.Insert) -> Insert:
    """Return the statement that adds new sums to those that are stored."""
    added: dict[str, ColumnElement[Any]] = {
        column.key: column + new.excluded[column.key] for column in _COLUMNS if column.key not in _KEY
    }
    lowest, least = rollups.c.total_min, new.excluded.total_min
    highest, most = rollups.c.total_max, new.excluded.total_max
    added["total_min"] = case((least < lowest, least), else_=lowest)
    added["total_max"] = case((most > highest, most), else_=highest)
    return new.on_conflict_do_update(index_elements=_KEY, set_=added)


_PARAMETERS = {
    name: bindparam(name, type_=BigId if name == "bucket_at" else rollups.c[name].type, required=True)
    for name in _NAMES
}
"""A value for each column; the start of a bucket as microseconds since 1970, as SQLite keeps it."""
_ADD_ROWS = BulkWrite(_adding(sqlite.insert(rollups).values(_PARAMETERS)))
_ADD_GIVEN = BulkWrite(
    _adding(postgresql.insert(rollups).from_select(_NAMES, select(_GIVEN).order_by(*(_GIVEN.c[name] for name in _KEY))))
)
"""One statement for all rows: PostgreSQL would take a journey for each."""
