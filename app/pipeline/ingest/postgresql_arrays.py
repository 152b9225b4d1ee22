"""Many rows as one array a column: a statement that takes them costs one journey to the server.

The driver asks of each item of an array whether it is an array itself, which takes longer than to send it. So whole
numbers go as the text of an array, and a column of nothing but NULL as NULL, which `unnest` makes as long as the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import asyncpg

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]
_WHOLE_NUMBERS = frozenset({"integer", "bigint", "xid"})


class Arrays:
    """The parameters that carry rows; each column is a name and a type of PostgreSQL."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.names = tuple(columns)
        self._casts = [f"::text::{kind}[]" if kind in _WHOLE_NUMBERS else f"::{kind}[]" for kind in columns.values()]
        self._writers = [_number_array if kind in _WHOLE_NUMBERS else _plain for kind in columns.values()]

    @classmethod
    def of_table(cls, table: Table, names: Iterable[str]) -> "Arrays":
        """Return the arrays that carry these columns of the table."""
        return cls({name: _kind(table.c[name]) for name in names})

    def unnested(self, first: int = 1) -> str:
        """Return the call that makes rows of the parameters, which are numbered from `first`."""
        numbered = enumerate(self._casts, start=first)
        return f"unnest({', '.join(f'${number}{cast}' for number, cast in numbered)})"

    def of(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """Return the parameters that carry these rows, one at least, whose values are in the order of the names."""
        columns = zip(self._writers, zip(*rows, strict=True), strict=True)
        return [None if column.count(None) == len(column) else write(column) for write, column in columns]


def _kind(column: Column[Any]) -> str:
    kind = column.type.compile(_DIALECT).lower()
    return "text" if kind.startswith("varchar") else kind


def _plain(column: tuple[Any, ...]) -> Any:
    return column


def _number_array(column: tuple[Any, ...]) -> str:
    return "{" + ",".join(["NULL" if number is None else str(number) for number in column]) + "}"
