"""Connections: pages of lists by keyset, never by offset (GRAPHQL.md section 1)."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
import strawberry

from app.errors import InvalidInput
from app.models.columns import EPOCH, from_microseconds, to_microseconds
from graphql_api.fields import plain, stored

DEFAULT_PAGE = 50
MAX_PAGE = 100
MAX_CHECKS = 1000
"""The largest page of the lists that a wallboard shows."""
_LARGEST_NUMBER = 2**63 - 1
_LONGEST_CURSOR = 2000

After = Annotated[
    str | None,
    strawberry.argument(description="A cursor of the same list: the page begins behind it. Null is the start."),
]
"""The argument `after` of every list."""
First = Annotated[
    int | None,
    strawberry.argument(description="How many rows the page has at most. Null is 50; the field says its maximum."),
]
"""The argument `first` of every list."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a page; `key` is its place in the list's order."""

    node: Any
    key: Callable[[Any], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself."""

    has_next_page: bool
    has_previous_page: bool
    first: Row | None
    last: Row | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list as resolvers return it."""

    edges: list[Row]
    page_info: PageFacts


def page_size(first: int | None, most: int = MAX_PAGE) -> int:
    """Return how many rows are asked for; InvalidInput for less than one and more than `most`."""
    size = DEFAULT_PAGE if first is None else first
    if not 1 <= size <= most:
        raise InvalidInput(f"A page has from 1 to {most} rows.", path=("first",))
    return size


def page_of(found: Sequence[R], size: int, after: str | None, key: Callable[[R], Sequence[Any]]) -> Page:
    """Return the page that these records make, of which one more than `size` was asked for."""
    rows = [Row(record, key) for record in found[:size]]
    facts = PageFacts(len(found) > size, after is not None, rows[0] if rows else None, rows[-1] if rows else None)
    return Page(rows, facts)


def written_cursor(row: Row | None) -> str | None:
    """Return the cursor of a row: its place as text that clients need not understand."""
    if row is None:
        return None
    values = [to_microseconds(value) if isinstance(value, datetime) else value for value in row.key(row.node)]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


def read_cursor(cursor: str | None, *shape: type | str) -> list[Any] | None:
    """Return what a cursor holds, each value of the type (or the very text) that `shape` gives; else InvalidInput."""
    if cursor is None:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor)) if len(cursor) <= _LONGEST_CURSOR else None
        if isinstance(values, list):
            return [_read(value, kind) for value, kind in zip(values, shape, strict=True)]
    except (binascii.Error, ValueError, OverflowError):
        pass
    raise InvalidInput("This cursor is not one of this list and order.", path=("after",))


def _read(value: Any, kind: type | str) -> Any:
    if kind is datetime and type(value) is int and abs(value) < to_microseconds(EPOCH.replace(year=9000)):
        return from_microseconds(value)
    if kind is int and type(value) is int and 0 <= value <= _LARGEST_NUMBER:
        return value
    if kind is str and type(value) is str and "\0" not in value:
        return value
    if isinstance(kind, str) and value == kind:
        return value
    raise ValueError("another kind of value")


def _cursor(root: Row) -> str | None:
    return written_cursor(root)


def _start(root: PageFacts) -> str | None:
    return written_cursor(root.first)


def _end(root: PageFacts) -> str | None:
    return written_cursor(root.last)


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Describes `PageFacts`."""

    has_next_page: bool = stored("Whether more rows follow.")
    has_previous_page: bool = stored("Whether the page was asked for after a cursor.")
    start_cursor: str | None = plain(_start, "The cursor of the first row; null on an empty page.")
    end_cursor: str | None = plain(_end, "The cursor of the last row, for `after`; null on an empty page.")


@strawberry.type(description="One row of a page.")
class Edge(Generic[T]):
    """Describes `Row`."""

    cursor: str = plain(_cursor, "The row's place in the list, for `after`.")
    node: T = stored("What stands in the row.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """Describes `Page`."""

    edges: list[Edge[T]] = stored("The rows of the page, as many as `first` at most.")
    page_info: PageInfo = stored("Where the page stands in its list.")
