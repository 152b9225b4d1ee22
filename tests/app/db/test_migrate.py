"""Migrations make exactly the tables that the models describe, on both databases."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlmodel import SQLModel

import app.db.migrate
from app.db.engine import Database
from app.db.migrate import migrate
from app.models import tables
from tests.conftest import START


async def test_a_migrated_database_has_the_tables_of_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), SQLModel.metadata)
        )

    assert differences == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)


async def test_what_is_stored_survives_the_second_migration(database_url: str) -> None:
    """Given a database of the first shape, when the second comes, then all stays and each project has a badge key."""
    old = Database(database_url)
    async with old.engine.begin() as connection:
        await connection.run_sync(_to, "0001")
        await connection.execute(text(_PROJECTS), {"now": 1 if old.is_sqlite else START})
        await connection.execute(text("INSERT INTO tags (uuid, project_id, name, color) VALUES ('t', 1, 'prod', '')"))
    await old.close()

    new = Database(database_url)
    await migrate(new)

    keys = [row.badge_key for row in await new.rows(select(tables.projects.c.badge_key))]
    assert len({key for key in keys if len(key) == 22}) == 2
    assert len(await new.rows(select(tables.tags.c.id))) == 1
    await new.close()


async def test_the_second_migration_can_be_undone(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(_back_to, "0001")
    async with database.engine.connect() as connection:
        columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("projects"))

    assert "badge_key" not in {column["name"] for column in columns}


_PROJECTS = """
INSERT INTO projects (id, uuid, name, slug, timezone, check_limit, ping_limit, created_at)
VALUES (1, 'a', 'One', 'one', 'UTC', 10, 10, :now), (2, 'b', 'Two', 'two', 'UTC', 10, 10, :now)
"""


def _to(connection: Connection, revision: str) -> None:
    command.upgrade(_config(connection), revision)


def _back_to(connection: Connection, revision: str) -> None:
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(app.db.migrate.__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config
