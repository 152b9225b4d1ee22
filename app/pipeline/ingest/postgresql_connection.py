"""An asyncpg connection for the statements of the ping path, borrowed from the engine and replaced when it breaks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.errors import Unavailable

STATEMENT_SECONDS = 15.0
_SETTINGS = """
SET lock_timeout = '10s';
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off
"""
"""Every statement of this connection finds a few rows by their keys. Planning it anew takes longer than running it,
and a plan that was made while the tables were small would read whole tables for ever after."""

_UNSENT = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a statement meets on a connection that is being lost
    SQLAlchemyError,
)
_REFUSED = (
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
)
_LOST = (asyncpg.OperatorInterventionError, asyncpg.PostgresConnectionError, OSError, TimeoutError)


class Repeatable(Exception):
    """The transaction failed for a reason outside of it (lost connection, deadlock), and nothing of it was kept."""


class DriverConnection:
    """One connection, taken on first use and again after it failed. It serves one transaction at a time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._borrowed: AsyncConnection | None = None
        self._driver: Any = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """Open a transaction on the driver's own connection.

        Raises Repeatable when it failed before COMMIT was sent, Unavailable when the COMMIT was not confirmed.
        """
        try:
            connection = await self._open()
            await connection.execute("BEGIN", timeout=STATEMENT_SECONDS)
            try:
                yield connection
            except BaseException:
                await _roll_back(connection)
                raise
        except (*_UNSENT, *_REFUSED, *_LOST) as error:
            await self.close()
            raise Repeatable(str(error)) from error
        await self._commit(connection)

    async def single(self, statement: str, arguments: Sequence[Any]) -> Sequence[Any]:
        """Run one statement that is a transaction of its own.

        Raises Repeatable when it surely had no effect, Unavailable when nobody knows.
        """
        try:
            connection = await self._open()
        except (*_UNSENT, *_REFUSED, *_LOST) as error:
            await self.close()
            raise Repeatable(str(error)) from error
        try:
            rows: Sequence[Any] = await connection.fetch(statement, *arguments, timeout=STATEMENT_SECONDS)
        except (*_UNSENT, *_REFUSED) as error:
            await self.close()
            raise Repeatable(str(error)) from error
        except _LOST as error:
            await self.close()
            raise Unavailable("The database did not confirm the commit.") from error
        return rows

    async def close(self) -> None:
        """Close the connection; the settings that it has are of no use to others."""
        if self._borrowed is not None:
            borrowed, self._borrowed = self._borrowed, None
            await borrowed.invalidate()
            await borrowed.close()

    async def _open(self) -> Any:
        if self._borrowed is not None and self._driver.is_closed():
            await self.close()
        if self._borrowed is None:
            self._borrowed = await self._engine.connect()
            self._driver = (await self._borrowed.get_raw_connection()).driver_connection
            await self._driver.execute(_SETTINGS, timeout=STATEMENT_SECONDS)
        return self._driver

    async def _commit(self, connection: Any) -> None:
        try:
            answer = await connection.execute("COMMIT", timeout=STATEMENT_SECONDS)
        except (asyncpg.PostgresError, *_UNSENT, *_LOST) as error:
            await self.close()
            raise Unavailable("The database did not confirm the commit.") from error
        if answer != "COMMIT":
            raise Unavailable(f"The database answered COMMIT with {answer}.")


async def _roll_back(connection: Any) -> None:
    if not connection.is_closed():
        await connection.execute("ROLLBACK", timeout=STATEMENT_SECONDS)
