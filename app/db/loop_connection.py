"""A SQLite connection whose statements run on the event loop, while waiting is done elsewhere.

Statements take microseconds. COMMIT waits for the disk: it runs alone in a thread. Another process may hold the write
lock: this connection never waits for it inside SQLite (`busy_timeout` 0), where it would freeze the loop, but asks
again between short sleeps.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from app.db.commit_thread import CommitThread
from app.db.sqlite_settings import BUSY_SECONDS, prepare_sqlite
from app.db.unit_of_work import UnitOfWork
from app.errors import Unavailable

_SHORTEST_SLEEP = 0.001
_LONGEST_SLEEP = 0.02
_PRIMARY_CODE = 0xFF
_CHECKPOINT_PAGES = 4_000
"""Pages of the log at which a COMMIT copies them to the file: rarely, as pings write the same few pages anew."""


@dataclass(frozen=True, slots=True)
class LoopUnit:
    """One open transaction of SQLite on the event loop."""

    connection: sqlite3.Connection


AnyUnit: TypeAlias = UnitOfWork | LoopUnit
"""A transaction in which statements that are made at import can run."""


class LoopConnection:
    """One connection, opened on first use and again after the database failed. The caller holds the write lock."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = CommitThread()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[sqlite3.Connection]:
        """Open a transaction; Unavailable when the file stays busy or the disk fails, and then nothing is kept."""
        try:
            connection = await self._begun()
            try:
                yield connection
                await self._thread.run(connection.commit)
            finally:
                connection.rollback()
        except sqlite3.OperationalError as error:
            self._forget()
            raise Unavailable(f"The database cannot be written: {error}") from error

    async def close(self) -> None:
        """Close the connection and end the thread."""
        self._forget()
        self._thread.close()

    async def _begun(self) -> sqlite3.Connection:
        """Begin once no other process is writing."""
        deadline = asyncio.get_running_loop().time() + BUSY_SECONDS
        sleep = _SHORTEST_SLEEP
        while True:
            try:
                return self._begin()
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(sleep)
            sleep = min(sleep * 2, _LONGEST_SLEEP)

    def _begin(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _opened(self._path)
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, check_same_thread=False)
    try:
        prepare_sqlite(connection)
        connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    except sqlite3.Error:
        # Half prepared it would lack what makes a commit durable.
        connection.close()
        raise
    return connection


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
