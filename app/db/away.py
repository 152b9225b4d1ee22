"""Which errors say that the database is away for a while, and which that a statement of ours is wrong."""

import sqlite3

import asyncpg  # type: ignore[import-untyped]  # it has no annotations
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

DATABASE_ERRORS: tuple[type[Exception], ...] = (
    DBAPIError,
    NoConnectionFree,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.OperationalError,
    OSError,
)
"""What reading or writing may raise, whatever its reason."""

_SERVER_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
)


def is_away(error: Exception) -> bool:
    """Tell whether the database did not answer, so that the same may succeed later."""
    if isinstance(error, DBAPIError):
        unanswered = isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated
        return unanswered and not _is_wrong_for_sqlite(error.orig)
    if isinstance(error, sqlite3.OperationalError):
        return not _is_wrong_for_sqlite(error)
    return not isinstance(error, asyncpg.PostgresError) or isinstance(error, _SERVER_AWAY)


def _is_wrong_for_sqlite(error: BaseException | None) -> bool:
    """Tell whether SQLite found fault with the statement: its library calls that operational too."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_ERROR
