"""Statements that are compiled once read what the usual ones read, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, column, func, insert, select, table

from app.db.away import DATABASE_ERRORS, is_away
from app.db.engine import Database
from app.db.prepared import PreparedSelect
from app.models import WatchableKind
from app.models.tables import watchables
from app.rules.states import WatchState
from app.store.projects import ProjectRecord
from tests.conftest import START

STATEMENT = (
    select(watchables.c.name, watchables.c.state, watchables.c.paused, watchables.c.state_since)
    .where(watchables.c.state_since >= bindparam("since"), watchables.c.kind == WatchableKind.CHECK)
    .order_by(watchables.c.id)
)
PREPARED = PreparedSelect(STATEMENT)


@pytest.fixture
async def names(database: Database, project: ProjectRecord) -> list[str]:
    names = ["one", "two", "three"]
    shared = {"project_id": project.id, "kind": WatchableKind.CHECK, "state": WatchState.UP, "created_at": START}
    made = [
        {**shared, "uuid": name, "name": name, "paused": bool(hours), "state_since": START + timedelta(hours=hours)}
        for hours, name in enumerate(names)
    ]
    async with database.transaction() as unit:
        await unit.session.execute(insert(watchables), made)
    return names


async def test_values_come_as_their_columns_types_make_them(database: Database, names: list[str]) -> None:
    rows = await PREPARED.rows(database, since=START + timedelta(hours=1))

    usual = await database.rows(STATEMENT.params(since=START + timedelta(hours=1)))
    assert rows == [list(row) for row in usual]
    assert rows[0] == ["two", WatchState.UP, True, START + timedelta(hours=1)]
    assert [type(value) for value in rows[0][1:3]] == [WatchState, bool]


async def test_the_first_row_or_none_comes_alone(database: Database, names: list[str]) -> None:
    first = await PREPARED.row(database, since=START)

    assert first is not None
    assert first[0] == "one"
    assert await PREPARED.row(database, since=START + timedelta(days=1)) is None


async def test_a_parameter_that_is_missing_is_told(database: Database, names: list[str]) -> None:
    with pytest.raises(KeyError):
        await PREPARED.rows(database)


async def test_what_was_written_just_now_is_read(database: Database, project: ProjectRecord, names: list[str]) -> None:
    before = len(await PREPARED.rows(database, since=START))
    async with database.transaction() as unit:
        await unit.execute(watchables.delete().where(watchables.c.name == "two"))

    assert len(await PREPARED.rows(database, since=START)) == before - 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_the_server_ended_is_away_and_replaced(database: Database, names: list[str]) -> None:
    ended = PreparedSelect(select(func.pg_terminate_backend(func.pg_backend_pid())))

    with pytest.raises(DATABASE_ERRORS) as caught:
        await ended.rows(database)

    assert is_away(caught.value)
    assert len(await PREPARED.rows(database, since=START)) == len(names)


async def test_a_statement_that_is_wrong_is_not_away(database: Database) -> None:
    with pytest.raises(DATABASE_ERRORS) as caught:
        await PreparedSelect(select(column("nothing")).select_from(table("nowhere"))).rows(database)

    assert not is_away(caught.value)
