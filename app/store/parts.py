"""Parts of lists that go by number, pinned by the highest number that may be in the set."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, FromClause, func, select

from app.db.reader import Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """So many items of a list, from behind so many: of those whose numbers are at most this one, of all if None."""

    limit: int
    offset: int = 0
    at_most_id: int | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """Some items of the `total` ones with numbers of at most `at_most_id`; that is None where there are none at all."""

    items: list[T]
    total: int
    at_most_id: int | None


async def extent(
    reader: Reader, source: FromClause, number: Column[Any], own: ColumnElement[bool], at_most_id: int | None
) -> tuple[int, int | None]:
    """Return how many rows there are with numbers of at most this one, and that number: the highest, if None."""
    statement = select(func.count(), func.max(number)).select_from(source).where(own)
    if at_most_id is not None:
        statement = statement.where(number <= at_most_id)
    row = await reader.row(statement)
    count, newest = row or (0, None)
    return count, newest if at_most_id is None else at_most_id
