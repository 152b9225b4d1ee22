"""Migrations make exactly the tables that the models describe, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.db.engine import Database
from app.db.migrate import migrate


async def test_a_migrated_database_has_the_tables_of_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), SQLModel.metadata)
        )

    assert differences == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)
