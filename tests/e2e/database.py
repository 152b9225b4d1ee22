"""Looks into the database of a running server, and moves deadlines there, from outside of its process."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any


class Outside:
    """Runs statements on the server's database by its URL; placeholders are not needed: the tests' values are ours."""

    def __init__(self, url: str) -> None:
        self._url = url

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        if self._url.startswith("sqlite:///"):
            return self._sqlite(statement)
        return asyncio.run(self._postgresql(statement))

    @property
    def long_ago(self) -> str:
        """An instant before all others, as a literal of this database."""
        return "0" if self._url.startswith("sqlite") else "'2000-01-01 00:00:00+00'"

    def backdate(self, check_uuid: str, seconds: int) -> None:
        """Move the last ping of a check and all that follows from it so far into the past."""
        earlier = f"- {seconds} * 1000000" if self._url.startswith("sqlite") else f"- interval '{seconds} seconds'"
        names = ("last_ping_at", "next_expected_at", "alert_after", "watch_at")
        moved = ", ".join(f"{name} = {name} {earlier}" for name in names)
        self.rows(
            f"UPDATE checks SET {moved} WHERE watchable_id = (SELECT id FROM watchables WHERE uuid = '{check_uuid}')"
        )

    def _sqlite(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._url.removeprefix("sqlite:///"), timeout=30)) as connection, connection:
            return connection.execute(statement).fetchall()

    async def _postgresql(self, statement: str) -> list[tuple[Any, ...]]:
        import asyncpg

        connection = await asyncpg.connect(self._url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()
