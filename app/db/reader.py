"""Reading, within a transaction or outside of one."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Executable, Row

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of columns whose types the statement knows and mypy does not."""


class Reader(Protocol):
    """What a `Database` and a `UnitOfWork` have in common."""

    async def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Run a reading statement and return its rows."""
        ...

    async def row(self, statement: Executable) -> AnyRow | None:
        """Run a reading statement and return its first row, if any."""
        ...
