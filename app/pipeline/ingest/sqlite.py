"""Writing batches to SQLite."""

import asyncio
import sqlite3
from collections.abc import Sequence

from sqlalchemy import bindparam, insert
from sqlalchemy.dialects import sqlite

from app.channels.message import AlertEvent
from app.db.engine import Database
from app.db.loop_connection import LoopConnection
from app.db.outbox import Message
from app.db.raw import RawStatement
from app.models.columns import BigId, to_microseconds
from app.models.tables import flips, notifications
from app.pipeline.alerting import DELIVER, event_of, flip_row, notification_rows, told_channels
from app.pipeline.ingest.batch import (
    CHECK_COLUMNS,
    PING_COLUMNS,
    WATCHABLE_COLUMNS,
    Batch,
    Overgrown,
    Written,
)
from app.pipeline.ingest.known_checks import KnownChecks
from app.pipeline.ingest.prune import delete_flips, delete_pings
from app.pipeline.ingest.signal import NamedSignal
from app.rules.state_changes import StateChange

_SIGNALS_A_TURN = 100
"""After so many signals others have a turn on the loop: a cron schedule takes a fifth of a millisecond each."""

_DIALECT = sqlite.dialect(paramstyle="named")
_TOLD = {
    event: RawStatement(told_channels(bindparam("watchable_id", type_=BigId), event), _DIALECT)
    for event in (AlertEvent.DOWN, AlertEvent.UP)
}
_INSERT_FLIP = RawStatement(insert(flips), _DIALECT, [column.name for column in flips.c if column.name != "id"])
_LEFT_OUT = {"id", "sent_at", "group_id"}
"""Columns of which a notification that a flip makes says nothing."""
_INSERT_NOTIFICATION = RawStatement(
    insert(notifications), _DIALECT, [column.name for column in notifications.c if column.name not in _LEFT_OUT]
)
_PRUNES = [RawStatement(statement, _DIALECT) for statement in (delete_pings(), delete_flips())]


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names


def _update(table: str, columns: Sequence[str], key: str) -> str:
    changes = ", ".join(f"{column} = ?{place}" for place, column in enumerate(columns, start=1))
    return f"UPDATE {table} SET {changes} WHERE {key} = ?{len(columns) + 1}"  # noqa: S608 - our own names


_INSERT_PING = _insert("pings", PING_COLUMNS)
_UPDATE_CHECK = _update("checks", CHECK_COLUMNS, "watchable_id")
_UPDATE_REST = _UPDATE_CHECK.replace(f", watch_at = ?{CHECK_COLUMNS.index('watch_at') + 1}", "")
"""The same without `watch_at`: SQLite writes the index of a column anew that is named, also when it stays the same."""
_UPDATE_WATCHABLE = _update("watchables", WATCHABLE_COLUMNS, "id")


class SqliteWriter:
    """Writes batches on a connection of its own, under the process's write lock."""

    def __init__(self, database: Database) -> None:
        self._write_lock = database.write_lock
        self._connection = LoopConnection(database.url.database or "")
        self._known = KnownChecks()

    async def write(self, signals: Sequence[NamedSignal], overgrown: Sequence[Overgrown]) -> Written:
        """Record the signals and prune, all or nothing; Unavailable when the database cannot be written."""
        async with self._write_lock:
            try:
                return await self._write(signals, overgrown)
            except BaseException:
                self._known.forget()
                raise

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _write(self, signals: Sequence[NamedSignal], overgrown: Sequence[Overgrown]) -> Written:
        async with self._connection.transaction() as connection:
            batch = Batch(self._known.find(connection, signals), to_microseconds)
            for count, signal in enumerate(signals, start=1):
                batch.add(signal)
                if not count % _SIGNALS_A_TURN:
                    await asyncio.sleep(0)
            messages = _store(connection, batch)
            _prune(connection, overgrown)
        return Written(batch.receipts, messages, batch.overgrown)


def _store(connection: sqlite3.Connection, batch: Batch) -> list[Message]:
    connection.executemany(_INSERT_PING, batch.rows)
    rows = batch.check_rows()
    connection.executemany(_UPDATE_REST, [row for row in rows if row[-1] not in batch.rewatched])
    connection.executemany(_UPDATE_CHECK, [row for row in rows if row[-1] in batch.rewatched])
    if not batch.changes:
        return []
    connection.executemany(_UPDATE_WATCHABLE, batch.watchable_rows())
    return [message for number, change in batch.changes for message in _record(connection, number, change)]


def _record(connection: sqlite3.Connection, watchable_id: int, change: StateChange) -> list[Message]:
    """Write the flip and, if it is news, one notification a channel."""
    flip = connection.execute(_INSERT_FLIP.text, _INSERT_FLIP.named(flip_row(watchable_id, change)))
    if not change.is_told:
        return []
    event = event_of(change)
    told = connection.execute(_TOLD[event].text, _TOLD[event].named({"watchable_id": watchable_id}))
    rows = notification_rows(watchable_id, flip.lastrowid, event, [row[0] for row in told], change.at)
    connection.executemany(_INSERT_NOTIFICATION.text, map(_INSERT_NOTIFICATION.named, rows))
    return [Message(DELIVER, (row["uuid"],)) for row in rows]


def _prune(connection: sqlite3.Connection, overgrown: Sequence[Overgrown]) -> None:
    for each in overgrown:
        for statement in _PRUNES:
            connection.execute(statement.text, statement.named(each._asdict()))
