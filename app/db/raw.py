"""Core statements compiled once for a driver's own `execute`, for the paths where each microsecond counts."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Select

_Convert = Callable[[Any], Any] | None

FLOAT8 = 701
"""PostgreSQL's number of its type: what a column of floats must be said to hold, and other types do not ask for."""


class RawStatement:
    """The text of a statement, and what the column types make of its parameters and its rows."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None = None) -> None:
        """`columns` are those that an insert sets."""
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiled)
        self._order: Sequence[str] = compiled.positiontup or ()
        self._bind: dict[str, _Convert] = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for name, parameter in compiled.binds.items()
        }
        self._fixed = {name: parameter.value for name, parameter in compiled.binds.items() if not parameter.required}
        selected = list(statement.selected_columns) if isinstance(statement, Select) else []
        read = [column.type.dialect_impl(dialect).result_processor(dialect, FLOAT8) for column in selected]
        self._converted = [(place, convert) for place, convert in enumerate(read) if convert is not None]

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of the values that are parameters, by name, as the driver takes them."""
        given = {**self._fixed, **values}
        return {name: given[name] if convert is None else convert(given[name]) for name, convert in self._bind.items()}

    def ordered(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the parameters in the order of their numbers, as the driver takes them."""
        named = self.named(values)
        return [named[name] for name in self._order]

    def many(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """Return the parameters of each of these rows, in the order of their numbers, as the driver takes them.

        They are converted column by column, which costs a fraction of row by row.
        """
        columns = []
        for name in self._order:
            convert = self._bind[name]
            values = list(map(itemgetter(name), rows))
            columns.append(values if convert is None else [convert(value) for value in values])
        return list(zip(*columns, strict=True))

    def read(self, row: Sequence[Any]) -> list[Any]:
        """Return the values of a row that the driver gave."""
        values = list(row)
        for place, convert in self._converted:
            values[place] = convert(values[place])
        return values
