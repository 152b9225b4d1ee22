"""Rows that come with a statement as one JSON parameter: a table to it, the same on both databases.

However many rows there are, the statement stays the same, and no driver has to take thousands of parameters.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Float, Text, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

from app.models.columns import UtcDateTime


class _GivenRows(FunctionElement[Any]):
    """A table of the rows of a JSON array of arrays."""

    name = "given_rows"
    inherit_cache = True  # the columns, which decide on the text, are in the key of the table that is made of it

    def __init__(self, parameter: str, fields: Sequence[ColumnElement[Any]]) -> None:
        super().__init__(bindparam(parameter, type_=Text()))
        self.fields = fields


def given_rows(parameter: str, *fields: ColumnElement[Any]) -> TableValuedAlias:
    """Return the table that the parameter of this name holds, as `packed` makes it.

    Columns are whole numbers, floats, and instants (`UtcDateTime`), which are given as microseconds since 1970.
    """
    columns = [column(str(field.key), field.type) for field in fields]
    return _GivenRows(parameter, columns).table_valued(*columns).alias(f"given_{parameter}")


def packed(rows: Iterable[Sequence[float]]) -> str:
    """Return the parameter for these rows, their values in the order of the columns."""
    return orjson.dumps(list(rows)).decode()


@compiles(_GivenRows, "sqlite")
def _for_sqlite(element: _GivenRows, compiler: Any, **options: Any) -> str:
    fields = ", ".join(f"json_extract(value, '$[{n}]') AS \"{field.key}\"" for n, field in enumerate(element.fields))
    return f"(SELECT {fields} FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 - names of ours


@compiles(_GivenRows, "postgresql")
def _for_postgresql(element: _GivenRows, compiler: Any, **options: Any) -> str:
    fields = ", ".join(f'{_cast(field, f"value->>{n}")} AS "{field.key}"' for n, field in enumerate(element.fields))
    given = compiler.process(element.clauses, **options)
    return f"(SELECT {fields} FROM jsonb_array_elements(CAST({given} AS jsonb)))"  # noqa: S608 - names of ours


def _cast(field: ColumnElement[Any], text: str) -> str:
    if isinstance(field.type, UtcDateTime):
        return f"timestamptz 'epoch' + CAST({text} AS bigint) * interval '1 microsecond'"
    return f"CAST({text} AS {'double precision' if isinstance(field.type, Float) else 'bigint'})"
