"""Column types that read the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A row number: 64 bits on both databases (SQLite counts rows only in an INTEGER PRIMARY KEY)."""


def to_microseconds(instant: datetime) -> int:
    """Return the microseconds since 1970 that SQLite keeps of an instant."""
    return (instant - EPOCH) // _MICROSECOND


def from_microseconds(number: int) -> datetime:
    """Return the instant, aware and in UTC, that SQLite keeps as this number."""
    return EPOCH + timedelta(microseconds=number)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC: microseconds since 1970 on SQLite, `timestamptz` on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of this database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Turn an instant into what the driver takes."""
        if dialect.name != "sqlite":
            return None
        return lambda value: None if value is None else to_microseconds(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn what the driver gives into an instant."""
        if dialect.name != "sqlite":
            return None  # asyncpg gives aware instants in UTC
        # An argument by name would cost half more, and lists read thousands of these.
        return lambda value: None if value is None else EPOCH + timedelta(0, 0, value)


class Word(TypeDecorator[StrEnum]):
    """One word of an enum, kept as text: a new word needs no change of the table."""

    impl = String(20)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def bind_processor(self, dialect: Dialect) -> Callable[[StrEnum | None], Any]:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn a word into text."""
        return lambda word: None if word is None else str(word)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], StrEnum | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn text into its word, by a look-up that costs no Python frame."""
        known: dict[str | None, StrEnum | None] = {str(word): word for word in self.words}
        return {**known, None: None}.__getitem__
