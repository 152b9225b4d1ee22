"""The statements of the ping path on PostgreSQL: rows as arrays, as each statement costs a journey to the server."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, Column, Table, Text, any_, bindparam, literal_column
from sqlalchemy.dialects.postgresql import asyncpg

from app.channels.message import AlertEvent
from app.db.raw import RawStatement
from app.models.columns import BigId
from app.models.tables import checks, flips, notifications, pings, watchables
from app.pipeline.alerting import told_channels
from app.pipeline.ingest.batch import CHECK_COLUMNS, PING_COLUMNS, WATCHABLE_COLUMNS, select_pinged
from app.pipeline.ingest.prune import delete_flips, delete_pings

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]

FLIP_COLUMNS = ("uuid", "watchable_id", "at", "from_state", "to_state", "reason")
NOTIFICATION_COLUMNS = (
    "uuid",
    "channel_id",
    "watchable_id",
    "flip_id",
    "event",
    "state",
    "attempt",
    "next_attempt_at",
    "created_at",
    "error",
)

RESOLVE_SLUGS = """
SELECT named.key_hash, named.slug, k.allow_ip, k.expires_at, own.uuid
FROM unnest($1::text[], $2::text[]) AS named(key_hash, slug)
JOIN api_keys k ON k.secret_hash = named.key_hash AND k.role = 'PING'
CROSS JOIN LATERAL (
    SELECT w.uuid FROM watchables w JOIN checks c ON c.watchable_id = w.id
    WHERE w.project_id = k.project_id AND w.slug = named.slug LIMIT 2
) own
"""

LOCK = RawStatement(
    select_pinged()
    .add_columns(watchables.c.uuid, literal_column("watchables.xmin"), literal_column("projects.xmin"))
    .where(watchables.c.uuid == any_(bindparam("uuids", type_=ARRAY(Text))))
    .order_by(checks.c.watchable_id)
    .with_for_update(of=[checks, watchables], key_share=True),
    _DIALECT,
)
"""Both rows are locked: a statement that waited sees the rows that it locks as they are by then, others as before."""

TOLD = {
    event: RawStatement(told_channels(bindparam("watchable_id", type_=BigId), event), _DIALECT)
    for event in (AlertEvent.DOWN, AlertEvent.UP)
}
PRUNES = [RawStatement(statement, _DIALECT) for statement in (delete_pings(), delete_flips())]


def _array(column: Column[object]) -> str:
    kind = column.type.compile(_DIALECT)
    return "text[]" if kind.startswith("VARCHAR") else f"{kind}[]"


def _new(table: Table, columns: Sequence[str], first: int = 1) -> str:
    """Return the rows `new`, made of one array a column; the parameters are numbered from `first`."""
    arrays = (f"${number}::{_array(table.c[name])}" for number, name in enumerate(columns, start=first))
    return f"unnest({', '.join(arrays)}) AS new({', '.join(columns)})"


def _insert(table: Table, columns: Sequence[str], first: int = 1) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT new.* FROM {_new(table, columns, first)}"  # noqa: S608 - our own names


def _update(table: Table, columns: Sequence[str], key: str, first: int = 1) -> str:
    changes = ", ".join(f"{column} = new.{column}" for column in columns)
    new = _new(table, (*columns, key), first)
    return f"UPDATE {table.name} stored SET {changes} FROM {new} WHERE stored.{key} = new.{key}"  # noqa: S608 - our own names


def _store(first: int, condition: str) -> str:
    """Return the CTE that stores pings and the update of their checks, which returns each check's new version."""
    insert = f"{_insert(pings, PING_COLUMNS, first)} WHERE {condition}"
    update = f"{_update(checks, CHECK_COLUMNS, 'watchable_id', first + len(PING_COLUMNS))} AND {condition}"
    return f"recorded AS ({insert}) {update} RETURNING stored.watchable_id, stored.xmin"


STORE = f"WITH {_store(1, 'true')}"
"""Stores pings and checks."""

STORE_KNOWN = f"""
WITH fresh AS (
    SELECT count(*) = cardinality($1::bigint[]) AS whole FROM (
        SELECT c.watchable_id FROM checks c
        JOIN watchables w ON w.id = c.watchable_id
        JOIN projects p ON p.id = w.project_id
        JOIN unnest($1::bigint[], $2::xid[], $3::xid[], $4::xid[]) AS known(id, c, w, p) ON known.id = c.watchable_id
        WHERE c.xmin = known.c AND w.xmin = known.w AND p.xmin = known.p
        ORDER BY c.watchable_id FOR NO KEY UPDATE OF c, w
    ) held
), {_store(5, "(SELECT whole FROM fresh)")}
"""  # noqa: S608 - our own names
"""Stores pings and checks if nobody else wrote any of the checks, their watchables and projects; else nothing.

The first four parameters are the numbers of the checks and the versions (`xmin`: who wrote a row last) that are known
of the three rows of each.
"""

UPDATE_WATCHABLES = _update(watchables, WATCHABLE_COLUMNS, "id")
INSERT_FLIPS = f"{_insert(flips, FLIP_COLUMNS)} RETURNING uuid, id"
INSERT_NOTIFICATIONS = _insert(notifications, NOTIFICATION_COLUMNS)
