"""The database: two engines over one SQLite file, or one PostgreSQL, with the same face."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Executable, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from app.db.loop_connection import AnyUnit, LoopConnection, LoopUnit
from app.db.outbox import Deliver, drop_messages
from app.db.reader import AnyRow
from app.db.sqlite_settings import BUSY_SECONDS, prepare_sqlite
from app.db.unit_of_work import UnitOfWork

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Database:
    """Where all rows live. It belongs to the event loop that first used it (DESIGN section 3, loops)."""

    def __init__(self, url: str, *, deliver: Deliver = drop_messages, pool_size: int = 5) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.deliver = deliver
        self.write_lock: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        self._writer = _sqlite_writer(self.url) if self.is_sqlite else _postgresql(self.url, pool_size)
        self._reader = _sqlite_reader(self.url, pool_size) if self.is_sqlite else self._writer
        # SQLite's reader never begins a transaction; to say so for each statement would double the cost of a small one.
        self._autocommit = self._reader if self.is_sqlite else _autocommit(self._writer)
        self._on_loop = LoopConnection(self.url.database or "") if self.is_sqlite else None

    @property
    def dialect_name(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.url.get_backend_name()

    @property
    def engine(self) -> AsyncEngine:
        """The engine that writes, for migrations and for the driver connections of the ping path."""
        return self._writer

    async def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Run one reading statement and return its rows."""
        async with self._autocommit.connect() as connection:
            return (await connection.execute(statement)).all()

    async def row(self, statement: Executable) -> AnyRow | None:
        """Run one reading statement and return its first row, if any."""
        async with self._autocommit.connect() as connection:
            return (await connection.execute(statement)).first()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for several reading statements."""
        async with self._autocommit.connect() as connection:
            yield connection

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Any]:
        """Lend a reading connection's own driver: an aiosqlite or asyncpg connection outside of any transaction."""
        async with self._autocommit.connect() as connection:
            lent = await connection.get_raw_connection()
            yield lent.driver_connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[UnitOfWork]:
        """Open the one transaction of a request, actor or batch: all is kept at its end, or nothing.

        On SQLite it holds the process's write lock, so it must not be nested. Messages leave after the commit.
        """
        async with self.write_lock, AsyncSession(self._writer, expire_on_commit=False) as session:
            unit = UnitOfWork(session)
            async with session.begin():
                yield unit
        self.deliver(unit.messages)

    @asynccontextmanager
    async def lean_transaction(self) -> AsyncIterator[AnyUnit]:
        """Open a transaction for `PreparedSelect.rows_within` and `BulkWrite.run` alone; nothing leaves after it.

        On SQLite their statements run on the event loop, as pings do: the journeys to a thread, several for each
        statement, cost more than writing a run. Unavailable when SQLite's file stays busy or the disk fails.
        """
        if self._on_loop is None:
            async with self.transaction() as unit:
                yield unit
            return
        async with self.write_lock, self._on_loop.transaction() as connection:
            yield LoopUnit(connection)

    async def close(self) -> None:
        """Close every connection."""
        if self._on_loop is not None:
            await self._on_loop.close()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def database_url(text: str) -> URL:
    """Read a database URL and add our driver; ValueError, which repeats nothing of it, when it is of another kind."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = URL.create("unknown")
    name = "postgresql" if url.drivername == "postgres" else url.drivername
    if name not in _DRIVERS or (name == "sqlite" and not url.database):
        raise ValueError("must be sqlite:///path or postgresql://user:password@host:port/name")
    return url.set(drivername=_DRIVERS[name])


def _autocommit(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _postgresql(url: URL, pool_size: int) -> AsyncEngine:
    return create_async_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)


def _sqlite_writer(url: URL) -> AsyncEngine:
    """One connection that waits for other processes in a thread of its own, never on the loop."""
    engine = create_async_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _sqlite_reader(url: URL, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_reset_on_return=None,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    return engine


def _begin_immediate(connection: Any) -> None:
    """Take the write lock at once: a reader that turns writer half-way would fail instead of wait."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
