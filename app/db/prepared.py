"""Reading statements that are compiled once and run by the driver at one go: a third of what a small one costs.

The way through SQLAlchemy takes SQLite four journeys to its thread, and either driver a compilation to look up and rows
to wrap. It is for the statements of every request, and for lists.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from app.db.engine import Database
from app.db.loop_connection import AnyUnit
from app.db.raw import RawStatement
from app.db.unit_of_work import UnitOfWork

_SQLITE: Dialect = sqlite.dialect(paramstyle="named")
_POSTGRESQL: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]


class PreparedSelect:
    """A SELECT whose parameters are `bindparam`s, made once at import."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement

    async def rows(self, database: Database, **parameters: Any) -> list[list[Any]]:
        """Return the rows, their values as the columns' types make them."""
        raw = self._raw(database)
        return [raw.read(row) for row in await self._fetched(database, raw, parameters)]

    async def rows_within(self, unit: AnyUnit, **parameters: Any) -> Sequence[Sequence[Any]]:
        """Return the same within a transaction."""
        if isinstance(unit, UnitOfWork):
            found: Sequence[Sequence[Any]] = (await unit.session.execute(self._statement, parameters)).all()
            return found
        raw = self._for_sqlite
        return [raw.read(row) for row in unit.connection.execute(raw.text, raw.named(parameters))]

    async def row(self, database: Database, **parameters: Any) -> list[Any] | None:
        """Return the first row, if any."""
        rows = await self.rows(database, **parameters)
        return rows[0] if rows else None

    async def driver_rows(self, database: Database, **parameters: Any) -> Sequence[Sequence[Any]]:
        """Return the rows as the driver gives them."""
        return await self._fetched(database, self._raw(database), parameters)

    async def _fetched(
        self, database: Database, raw: RawStatement, parameters: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        async with database.driver() as driver:
            if database.is_sqlite:
                return list(await driver.execute_fetchall(raw.text, raw.named(parameters)))
            found: Sequence[Sequence[Any]] = await driver.fetch(raw.text, *raw.ordered(parameters))
            return found

    def _raw(self, database: Database) -> RawStatement:
        return self._for_sqlite if database.is_sqlite else self._for_postgresql

    @cached_property
    def _for_sqlite(self) -> RawStatement:
        return RawStatement(self._statement, _SQLITE)

    @cached_property
    def _for_postgresql(self) -> RawStatement:
        return RawStatement(self._statement, _POSTGRESQL)
