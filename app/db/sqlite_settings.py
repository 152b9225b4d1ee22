"""What every SQLite connection of ours needs."""

from typing import Any

BUSY_SECONDS = 30
"""So long a connection waits for others that write."""


def prepare_sqlite(connection: Any, _record: Any = None) -> None:
    """Set what every SQLite connection of ours needs: durable WAL, foreign keys, no implicit transactions."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
