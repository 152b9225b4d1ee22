"""Bring a database to the newest shape, also when several processes start at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it has no annotations
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db.engine import Database
from app.errors import Conflict, Unavailable

_LOCK_NUMBER = 7_264_105_998


async def migrate(database: Database) -> None:
    """Apply the migrations that are missing; a second process waits for the first.

    Unavailable when the database does not open, Conflict when a newer Heliograph made it.
    """
    with _in_a_sentence(database):
        await _migrate(database)


async def _migrate(database: Database) -> None:
    async with database.reading() as reader:
        if await reader.run_sync(_is_newest):
            return
    async with database.write_lock, database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})"))
        await connection.run_sync(_upgrade)


@contextmanager
def _in_a_sentence(database: Database) -> Iterator[None]:
    """Say in one sentence why the database does not open."""
    try:
        yield
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        shown = database.url.set(drivername=database.dialect_name).render_as_string(hide_password=True)
        raise Unavailable(f"The database {shown} does not open: {reason}. See HELIOGRAPH_DATABASE_URL.") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def _is_newest(connection: Connection) -> bool:
    scripts = ScriptDirectory.from_config(_config())
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise Conflict(f"The database is of a newer Heliograph (its shape is {present}): start that one.")
    return present == scripts.get_current_head()


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
