"""Stretches of time that one statement joins to: rows that come as one JSON parameter, the same on both databases."""

from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, Text, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.models.columns import UtcDateTime

_FIELDS = ("key", "watchable_id", "resolution")


class _TileRows(FunctionElement[Any]):
    """A table of the rows of a JSON array of arrays."""

    name = "tile_rows"
    inherit_cache = True


TILES = (
    _TileRows(bindparam("tiles", type_=Text()))
    .table_valued(
        column("key", BigInteger()),
        column("watchable_id", BigInteger()),
        column("resolution", Integer()),
        column("since", UtcDateTime()),
        column("until", UtcDateTime()),
    )
    .alias("tile")
)
"""The table of the parameter `tiles`, which `tiles_parameter` makes."""


def tiles_parameter(rows: list[tuple[int, int, int, int, int]]) -> str:
    """Return the rows of `TILES` as its parameter; instants are microseconds since 1970."""
    return orjson.dumps(rows).decode()


@compiles(_TileRows, "sqlite")
def _for_sqlite(element: _TileRows, compiler: Any, **options: Any) -> str:
    names = (*_FIELDS, "since", "until")
    fields = ", ".join(f"json_extract(value, '$[{number}]') AS {name}" for number, name in enumerate(names))
    return f"(SELECT {fields} FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 - names of ours


@compiles(_TileRows, "postgresql")
def _for_postgresql(element: _TileRows, compiler: Any, **options: Any) -> str:
    numbers = ", ".join(f"CAST(value->>{number} AS bigint) AS {name}" for number, name in enumerate(_FIELDS))
    instants = ", ".join(
        f"timestamptz 'epoch' + CAST(value->>{number} AS bigint) * interval '1 microsecond' AS {name}"
        for number, name in enumerate(("since", "until"), start=len(_FIELDS))
    )
    given = compiler.process(element.clauses, **options)
    return f"(SELECT {numbers}, {instants} FROM json_array_elements(CAST({given} AS json)))"  # noqa: S608 - names of ours
