"""Writing many rows at one go: statements compiled once, whose rows go to the driver as they are.

SQLAlchemy works out the parameters of each row anew, which takes as long as all else that becomes of it. It is for the
statements that every batch of runs writes.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from app.db.loop_connection import AnyUnit
from app.db.raw import RawStatement
from app.db.unit_of_work import UnitOfWork

_SQLITE: Dialect = sqlite.dialect()
_POSTGRESQL: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]


class BulkWrite:
    """An INSERT or UPDATE, made once at import. Rows give each parameter a value, by name; defaults are not filled in.

    `columns` are those that an insert sets, `postgresql` is the statement for PostgreSQL where it is another.
    """

    def __init__(
        self,
        statement: ClauseElement,
        columns: Sequence[str] | None = None,
        *,
        postgresql: ClauseElement | None = None,
    ) -> None:
        self._sqlite = statement
        self._postgresql = statement if postgresql is None else postgresql
        self._columns = columns

    async def run(self, unit: AnyUnit, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run the statement for each of the rows, in their order, as one statement; none for no rows."""
        if rows:
            await self.run_plain(unit, self._raw(unit).many(rows))

    async def run_plain(self, unit: AnyUnit, rows: Sequence[tuple[Any, ...]]) -> None:
        """Do the same for rows of values in the order of the parameters, as the driver takes them."""
        if isinstance(unit, UnitOfWork):
            connection = await unit.session.connection()
            await connection.exec_driver_sql(self._raw(unit).text, list(rows))
        else:
            unit.connection.executemany(self._for_sqlite.text, rows)

    def _raw(self, unit: AnyUnit) -> RawStatement:
        is_sqlite = not isinstance(unit, UnitOfWork) or unit.session.get_bind().dialect.name == "sqlite"
        return self._for_sqlite if is_sqlite else self._for_postgresql

    @cached_property
    def _for_sqlite(self) -> RawStatement:
        return RawStatement(self._sqlite, _SQLITE, self._columns)

    @cached_property
    def _for_postgresql(self) -> RawStatement:
        return RawStatement(self._postgresql, _POSTGRESQL, self._columns)
