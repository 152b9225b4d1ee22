"""Reading a thousand rows at once: SQLite hands them over as one JSON text, at half the cost of cell by cell."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Boolean, Column, ColumnElement, Dialect, FromClause, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from app.db.engine import Database
from app.db.prepared import PreparedSelect
from app.db.raw import FLOAT8

T = TypeVar("T")

_SQLITE: Dialect = sqlite.dialect()
_POSTGRESQL: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]

_Convert = Callable[[Sequence[Any]], Iterable[Any]]


class PackedSelect(Generic[T]):
    """Selects columns, none of them bytes, of the rows that fulfil a condition, in the order of one of the columns.

    `make` is given the values of one row, in the order of the columns and as their types make them. What differs from
    one reading to the next of `condition` are its `bindparam`s.
    """

    def __init__(
        self,
        make: Callable[..., T],
        columns: Sequence[Column[Any]],
        source: FromClause,
        order: Column[Any],
        condition: ColumnElement[bool],
    ) -> None:
        self._make = make
        self._plain = select(*columns).select_from(source).where(condition).order_by(order)
        self._packed = select(func.json_group_array(func.json_array(*columns))).select_from(source).where(condition)
        self._prepared_plain = PreparedSelect(self._plain)
        self._prepared_packed = PreparedSelect(self._packed)
        self._by_order = itemgetter(list(columns).index(order))
        self._unpack = [_unpacked(column) for column in columns]
        self._convert = [_by(column, _POSTGRESQL) for column in columns]

    async def read(self, database: Database, *more: ColumnElement[bool], **parameters: Any) -> list[T]:
        """Return what is made of the rows that fulfil the condition, and `more`, which costs a compilation."""
        if not database.is_sqlite:
            plain = PreparedSelect(self._plain.where(*more)) if more else self._prepared_plain
            return self._made(await plain.driver_rows(database, **parameters), self._convert)
        packed = PreparedSelect(self._packed.where(*more)) if more else self._prepared_packed
        ((text,),) = await packed.driver_rows(database, **parameters)
        rows = orjson.loads(text)
        rows.sort(key=self._by_order)
        return self._made(rows, self._unpack)

    def _made(self, rows: Sequence[Sequence[Any]], converters: Sequence[_Convert]) -> list[T]:
        # Columns are converted as a whole: a loop over cells would cost more than reading them.
        columns = (convert(column) for convert, column in zip(converters, zip(*rows, strict=True), strict=False))
        return list(map(self._make, *columns)) if rows else []


def _unpacked(column: Column[Any]) -> _Convert:
    """Return what turns all values of the column at once from JSON into what the column's type makes of them."""
    return (lambda values: map(bool, values)) if isinstance(column.type, Boolean) else _by(column, _SQLITE)


def _by(column: Column[Any], dialect: Dialect) -> _Convert:
    """Return the same for the values that a driver of this dialect gives."""
    convert = column.type.dialect_impl(dialect).result_processor(dialect, FLOAT8)
    return (lambda values: values) if convert is None else (lambda values: map(convert, values))
