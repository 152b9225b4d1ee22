"""A SQLite file takes the pings of one process only: a lock beside it keeps a second server out (DESIGN section 3)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from app.errors import Conflict, InvalidInput


@contextmanager
def one_writer(url: URL) -> Iterator[None]:
    """Hold the lock of the database's file, if it is SQLite; Conflict when another process holds it.

    The system lets go of the lock when the process ends, however it ends. The file `<database>.lock` stays.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(f"{url.database}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InvalidInput(f"Cannot write {path}: {error.strerror}.") from error
    try:
        _take(descriptor, url.database)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, database: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict(
            f"Another `heliograph serve` runs on {database}, and SQLite has room for one: stop that one, set "
            "HELIOGRAPH_DATA_DIR to another folder, or use PostgreSQL (README.md, PostgreSQL and Redis)."
        ) from error
