"""The statements of the ping path on PostgreSQL: rows as arrays, as each statement costs a journey to the server."""

from sqlalchemy import ARRAY, Table, Text, any_, bindparam, literal_column
from sqlalchemy.dialects.postgresql import asyncpg

from app.channels.message import AlertEvent
from app.db.raw import RawStatement
from app.models.columns import BigId
from app.models.tables import checks, flips, notifications, pings, watchables
from app.pipeline.alerting import told_channels
from app.pipeline.ingest.batch import CHECK_COLUMNS, PING_COLUMNS, WATCHABLE_COLUMNS, select_pinged
from app.pipeline.ingest.postgresql_arrays import Arrays
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


KNOWN_ROWS = Arrays({"id": "bigint", "c": "xid", "w": "xid", "p": "xid"})
"""The numbers of checks and the versions (`xmin`: who wrote a row last) that are known of the three rows of each."""
PING_ROWS = Arrays.of_table(pings, PING_COLUMNS)
CHECK_ROWS = Arrays.of_table(checks, (*CHECK_COLUMNS, "watchable_id"))
WATCHABLE_ROWS = Arrays.of_table(watchables, (*WATCHABLE_COLUMNS, "id"))
FLIP_ROWS = Arrays.of_table(flips, FLIP_COLUMNS)
NOTIFICATION_ROWS = Arrays.of_table(notifications, NOTIFICATION_COLUMNS)


def _new(rows: Arrays, first: int) -> str:
    return f"{rows.unnested(first)} AS new({', '.join(rows.names)})"


def _insert(table: Table, rows: Arrays, first: int = 1) -> str:
    return f"INSERT INTO {table.name} ({', '.join(rows.names)}) SELECT new.* FROM {_new(rows, first)}"  # noqa: S608 - our own names


def _update(table: Table, rows: Arrays, first: int = 1) -> str:
    """Return the update of all columns of the rows but the last, which is the key."""
    *columns, key = rows.names
    changes = ", ".join(f"{column} = new.{column}" for column in columns)
    return f"UPDATE {table.name} stored SET {changes} FROM {_new(rows, first)} WHERE stored.{key} = new.{key}"  # noqa: S608 - our own names


def _store(first: int, condition: str) -> str:
    """Return the CTE that stores pings and the update of their checks, which returns each check's new version."""
    insert = f"{_insert(pings, PING_ROWS, first)} WHERE {condition}"
    update = f"{_update(checks, CHECK_ROWS, first + len(PING_ROWS.names))} AND {condition}"
    return f"recorded AS ({insert}) {update} RETURNING stored.watchable_id, stored.xmin"


STORE = f"WITH {_store(1, 'true')}"
"""Stores pings and checks."""

STORE_KNOWN = f"""
WITH fresh AS (
    SELECT count(*) = cardinality($1::text::bigint[]) AS whole FROM (
        SELECT c.watchable_id FROM checks c
        JOIN watchables w ON w.id = c.watchable_id
        JOIN projects p ON p.id = w.project_id
        JOIN {KNOWN_ROWS.unnested()} AS known(id, c, w, p) ON known.id = c.watchable_id
        WHERE c.xmin = known.c AND w.xmin = known.w AND p.xmin = known.p
        ORDER BY c.watchable_id FOR NO KEY UPDATE OF c, w
    ) held
), {_store(1 + len(KNOWN_ROWS.names), "(SELECT whole FROM fresh)")}
"""  # noqa: S608 - our own names
"""Stores pings and checks if nobody else wrote any of the checks, their watchables and projects; else nothing."""

UPDATE_WATCHABLES = _update(watchables, WATCHABLE_ROWS)
INSERT_FLIPS = f"{_insert(flips, FLIP_ROWS)} RETURNING uuid, id"
INSERT_NOTIFICATIONS = _insert(notifications, NOTIFICATION_ROWS)
