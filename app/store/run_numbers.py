"""Numbers of runs and calls for what is shown like them and stored nowhere (specs/apiscience.md section 10)."""

from sqlalchemy import text

from app.db.engine import Database
from app.db.loop_connection import AnyUnit, LoopUnit
from app.db.unit_of_work import UnitOfWork

_NEXT = {
    "runs": text("SELECT nextval(pg_get_serial_sequence('runs', 'id')) FROM generate_series(1, :count)"),
    "calls": text("SELECT nextval(pg_get_serial_sequence('calls', 'id')) FROM generate_series(1, :count)"),
}
_NEWEST = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")
_FORGET = text("DELETE FROM sqlite_sequence WHERE name = :name")
_REMEMBER = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)")


async def take(database: Database, calls: int) -> tuple[int, list[int]]:
    """Return the number of a run and those of so many calls, which no stored ones have or will get."""
    async with database.transaction() as unit:
        reserve = _from_sqlite if database.is_sqlite else _from_postgresql
        [run] = await reserve(unit, "runs", 1)
        return run, await reserve(unit, "calls", calls) if calls else []


async def for_rows(unit: AnyUnit, count: int) -> list[int]:
    """Return the numbers of so many runs that this transaction stores: on SQLite, nothing else remembers them."""
    if isinstance(unit, LoopUnit):
        newest = unit.connection.execute(_NEWEST.text, {"name": "runs"}).fetchone()[0]
    elif unit.session.get_bind().dialect.name == "sqlite":
        row = await unit.row(_NEWEST.bindparams(name="runs"))
        newest = int(row[0]) if row else 0
    else:
        return await _from_postgresql(unit, "runs", count)
    return list(range(newest + 1, newest + count + 1))


async def _from_postgresql(unit: UnitOfWork, name: str, count: int) -> list[int]:
    return [row[0] for row in await unit.rows(_NEXT[name].bindparams(count=count))]


async def _from_sqlite(unit: UnitOfWork, name: str, count: int) -> list[int]:
    row = await unit.row(_NEWEST.bindparams(name=name))
    newest = int(row[0]) if row else 0
    await unit.execute(_FORGET.bindparams(name=name))
    await unit.execute(_REMEMBER.bindparams(name=name, seq=newest + count))
    return list(range(newest + 1, newest + count + 1))
