"""Writing batches to PostgreSQL, several processes at once.

The quick way is one statement, which is a transaction of its own: it stores what was worked out from the checks as
this process left them, if the database still has them so. When it has not, when the batch names unknown checks, or
changes states, a transaction locks the checks and reads them. Both lock in the order of the checks' numbers, so that
processes that write the same checks wait for each other and never in a circle.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from app.db.engine import Database
from app.db.outbox import Message
from app.errors import Unavailable
from app.pipeline.alerting import DELIVER, event_of, flip_row, notification_rows
from app.pipeline.ingest import postgresql_statements as sql
from app.pipeline.ingest.batch import Batch, Found, Overgrown, PingedCheck, Written
from app.pipeline.ingest.postgresql_connection import STATEMENT_SECONDS, DriverConnection, Repeatable
from app.pipeline.ingest.postgresql_known import Known, KnownChecks, found, versions
from app.pipeline.ingest.signal import CheckName, KeyedSlug, KeyTerms, NamedSignal

_log = logging.getLogger(__name__)


class PostgresqlWriter:
    """Writes batches on a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._connection = DriverConnection(database.engine)
        self._known = KnownChecks()

    async def write(self, signals: Sequence[NamedSignal], overgrown: Sequence[Overgrown]) -> Written:
        """Record the signals and prune, all or nothing; Unavailable when the database cannot be written."""
        names = [name for name, _ in signals]
        known = None if overgrown else self._known.all_of(names)
        self._known.forget(names)  # until what becomes of them is known
        try:
            written = await self._write_known(signals, known) if known else None
            return written or await self._write_locked(signals, overgrown)
        except Repeatable as error:
            _log.warning("A batch of pings is written again: %s", error)
        try:
            return await self._write_locked(signals, overgrown)
        except Repeatable as error:
            raise Unavailable(f"The database cannot be written: {error}") from error

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _write_known(self, signals: Sequence[NamedSignal], known: dict[CheckName, Known]) -> Written | None:
        """Write a batch the quick way; None when that cannot be done, and nothing was."""
        batch = _applied(found(known), signals)
        if batch.changes:
            return None
        arguments = [*sql.KNOWN_ROWS.of(versions(known.values())), *_stored_rows(batch)]
        stored = dict(await self._connection.single(sql.STORE_KNOWN, arguments))
        if not stored:
            return None
        for name, each in known.items():
            each.check_version = stored[each.check.id]
            self._known.learn(name, each)
        return Written(batch.receipts, [], batch.overgrown)

    async def _write_locked(self, signals: Sequence[NamedSignal], overgrown: Sequence[Overgrown]) -> Written:
        async with self._connection.transaction() as connection:
            locked = await _Locked.read(connection, [name for name, _ in signals])
            batch = _applied(locked.found, signals)
            stored = await _store(connection, batch)
            messages = await _record(connection, batch)
            await _prune(connection, overgrown)
        changed = {number for number, _ in batch.changes}
        for uuid, each in locked.known.items():
            if each.check.id in stored and each.check.id not in changed:
                each.check_version = stored[each.check.id]
                self._known.learn(uuid, each)
        return Written(batch.receipts, messages, batch.overgrown)


class _Locked:
    """The checks of a batch, locked and read; one check that goes by two names is one object."""

    def __init__(self, found: Mapping[CheckName, Found], known: Mapping[str, Known]) -> None:
        self.found = found
        self.known = known

    @classmethod
    async def read(cls, connection: Any, names: Sequence[CheckName]) -> "_Locked":
        """Find and lock the check of every name."""
        uuids = [name for name in dict.fromkeys(names) if not isinstance(name, KeyedSlug)]
        keyed = [name for name in dict.fromkeys(names) if isinstance(name, KeyedSlug)]
        meant, terms = await _resolved(connection, keyed)
        known = await _locked(connection, [*uuids, *(uuid for several in meant.values() for uuid in several)])
        found: dict[CheckName, Found] = {uuid: Found(_checks(known, [uuid])) for uuid in uuids}
        for name in keyed:
            found[name] = Found(_checks(known, meant.get(name, [])), terms.get(name))
        return cls(found, known)


def _checks(known: Mapping[str, Known], uuids: Sequence[str]) -> list[PingedCheck]:
    return [known[uuid].check for uuid in uuids if uuid in known]


async def _resolved(
    connection: Any, names: Sequence[KeyedSlug]
) -> tuple[dict[KeyedSlug, list[str]], dict[KeyedSlug, KeyTerms]]:
    """Return the uuids that each slug means, two at most, and the terms of its key."""
    meant: dict[KeyedSlug, list[str]] = {}
    terms: dict[KeyedSlug, KeyTerms] = {}
    if names:
        rows = await _fetch(connection, sql.RESOLVE_SLUGS, *zip(*names, strict=True))
        for key_hash, slug, allow_ip, expires_at, uuid in rows:
            name = KeyedSlug(key_hash, slug)
            meant.setdefault(name, []).append(uuid)
            terms[name] = KeyTerms(allow_ip, expires_at)
    return meant, terms


async def _locked(connection: Any, uuids: Sequence[str]) -> dict[str, Known]:
    """Lock and read the checks with these uuids."""
    if not uuids:
        return {}
    rows = await _fetch(connection, sql.LOCK.text, *sql.LOCK.ordered({"uuids": uuids}))
    known: dict[str, Known] = {}
    for row in rows:
        *values, uuid, watchable_version, project_version = sql.LOCK.read(row)
        known[uuid] = Known(PingedCheck(*values), 0, watchable_version, project_version)
    return known


def _applied(found: Mapping[CheckName, Found], signals: Sequence[NamedSignal]) -> Batch:
    batch = Batch(found, instant=lambda at: at)
    for signal in signals:
        batch.add(signal)
    return batch


async def _store(connection: Any, batch: Batch) -> dict[int, int]:
    """Store pings and checks; return the new version of each check."""
    if not batch.rows:
        return {}
    return dict(await _fetch(connection, sql.STORE, *_stored_rows(batch)))


async def _record(connection: Any, batch: Batch) -> list[Message]:
    """Write the flips and, for those that are news, one notification a channel."""
    if not batch.changes:
        return []
    await _fetch(connection, sql.UPDATE_WATCHABLES, *sql.WATCHABLE_ROWS.of(batch.watchable_rows()))
    rows = [flip_row(number, change) for number, change in batch.changes]
    flips = sql.FLIP_ROWS.of(_picked(row, sql.FLIP_COLUMNS) for row in rows)
    ids = dict(await _fetch(connection, sql.INSERT_FLIPS, *flips))
    owed: list[dict[str, Any]] = []
    for row, (number, change) in zip(rows, batch.changes, strict=True):
        if change.is_told:
            event = event_of(change)
            told = sql.TOLD[event]
            channels = await _fetch(connection, told.text, *told.ordered({"watchable_id": number}))
            owed += notification_rows(number, ids[row["uuid"]], event, [each[0] for each in channels], change.at)
    if owed:
        rows_owed = sql.NOTIFICATION_ROWS.of(_picked(row, sql.NOTIFICATION_COLUMNS) for row in owed)
        await _fetch(connection, sql.INSERT_NOTIFICATIONS, *rows_owed)
    return [Message(DELIVER, (row["uuid"],)) for row in owed]


async def _prune(connection: Any, overgrown: Sequence[Overgrown]) -> None:
    for each in overgrown:
        for statement in sql.PRUNES:
            await _fetch(connection, statement.text, *statement.ordered(each._asdict()))


async def _fetch(connection: Any, statement: str, *arguments: Any) -> Sequence[Any]:
    rows: Sequence[Any] = await connection.fetch(statement, *arguments, timeout=STATEMENT_SECONDS)
    return rows


def _stored_rows(batch: Batch) -> list[Any]:
    return [*sql.PING_ROWS.of(batch.rows), *sql.CHECK_ROWS.of(batch.check_rows())]


def _picked(row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [row[name] for name in names]
