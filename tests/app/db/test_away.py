"""A database that is away is told from a statement that is wrong, on both databases."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.away import DATABASE_ERRORS, is_away
from app.db.engine import Database


async def test_a_server_that_nobody_started_is_away() -> None:
    absent = Database("postgresql://127.0.0.1:1/name")
    with pytest.raises(DATABASE_ERRORS) as caught:
        await absent.row(text("SELECT 1"))
    await absent.close()

    assert is_away(caught.value)


async def test_a_file_that_another_process_writes_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.db.engine.BUSY_SECONDS", 0.01)
    path = tmp_path / "site.sqlite3"
    database = Database(f"sqlite:///{path}")
    await database.row(text("SELECT 1"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other, pytest.raises(DATABASE_ERRORS) as caught:
        other.execute("BEGIN IMMEDIATE")
        async with database.transaction() as unit:
            await unit.execute(text("SELECT 1"))
    await database.close()

    assert is_away(caught.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_server_that_ends_our_connection_is_away(database: Database) -> None:
    with pytest.raises(DATABASE_ERRORS) as caught:
        await database.row(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    assert is_away(caught.value)


@pytest.mark.parametrize("wrong", ["INSERT INTO tags (id) VALUES (NULL)", "DELETE FROM tags WHERE nonsense() = 1"])
async def test_what_the_database_says_of_a_statement_is_not(database: Database, wrong: str) -> None:
    with pytest.raises(DATABASE_ERRORS) as caught:
        await database.row(text(wrong))

    assert not is_away(caught.value)
