"""The checks that batches found in SQLite, read once and kept as long as nobody else wrote.

`PRAGMA data_version` tells, within a transaction, whether another connection, of this process or another, committed
anything since: as long as none did, the rows are what our own last transaction left, and reading them again would
take a third of the time that a ping costs.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam
from sqlalchemy.dialects import sqlite

from app.db.raw import RawStatement
from app.models.tables import api_keys, watchables
from app.pipeline.ingest.batch import Found, PingedCheck, select_pinged
from app.pipeline.ingest.signal import CheckName, KeyedSlug, KeyTerms, NamedSignal
from app.security.keys import KeyRole

MOST_KNOWN = 20_000
"""Names kept, at about a kilobyte each."""

_DIALECT = sqlite.dialect(paramstyle="named")
_BY_UUID = RawStatement(select_pinged().where(watchables.c.uuid == bindparam("uuid")), _DIALECT)
_BY_SLUG = RawStatement(
    select_pinged()
    .add_columns(api_keys.c.allow_ip, api_keys.c.expires_at)
    .join(api_keys, api_keys.c.project_id == watchables.c.project_id)
    .where(
        api_keys.c.secret_hash == bindparam("key_hash"),
        api_keys.c.role == KeyRole.PING,
        watchables.c.slug == bindparam("slug"),
    )
    .limit(2),
    _DIALECT,
)
_NOTHING = Found(())


class KnownChecks:
    """Checks by name, as the last transaction of one connection left them."""

    def __init__(self) -> None:
        self._version = -1
        self._found: dict[CheckName, Found] = {}
        self._checks: dict[int, PingedCheck] = {}

    def find(self, connection: sqlite3.Connection, signals: Sequence[NamedSignal]) -> Mapping[CheckName, Found]:
        """Return the checks of every name; call it within the transaction that will write them.

        A check that goes by two names is one object.
        """
        self._refresh(connection)
        found: dict[CheckName, Found] = {}
        for name, _ in signals:
            if name not in found:
                found[name] = self._found.get(name) or self._read(connection, name)
        return found

    def forget(self) -> None:
        """Read all anew: a transaction failed half-way, or its connection is another one."""
        self._version = -1

    def _refresh(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._found) > MOST_KNOWN:
            self._found.clear()
            self._checks.clear()
        self._version = version

    def _read(self, connection: sqlite3.Connection, name: CheckName) -> Found:
        keyed = isinstance(name, KeyedSlug)
        statement, values = (_BY_SLUG, name._asdict()) if isinstance(name, KeyedSlug) else (_BY_UUID, {"uuid": name})
        rows = [statement.read(row) for row in connection.execute(statement.text, statement.named(values))]
        if not rows:
            return _NOTHING
        checks = [PingedCheck(*(row[:-2] if keyed else row)) for row in rows]
        terms = KeyTerms(*rows[0][-2:]) if keyed else None
        found = Found([self._checks.setdefault(check.id, check) for check in checks], terms)
        self._found[name] = found
        return found
