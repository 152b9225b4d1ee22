"""Rows that are read at once are the rows that are read one by one, on both databases."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import pytest
from sqlalchemy import bindparam, insert, select

from app.db.engine import Database
from app.db.packed import PackedSelect
from app.ids import new_uuid
from app.models import WatchableKind
from app.models.tables import watchables
from app.rules.states import WatchState
from app.store.projects import ProjectRecord
from tests.conftest import START


@dataclass(frozen=True)
class Seen:
    """Columns of each type that a packed row can hold, the order in the middle."""

    name: str
    state: WatchState
    id: int
    paused: bool
    state_since: datetime


COLUMNS = [watchables.c[field.name] for field in fields(Seen)]
OF_PROJECT = watchables.c.project_id == bindparam("project_id")
PACKED = PackedSelect(Seen, COLUMNS, watchables, watchables.c.id, OF_PROJECT)
NAMES = ["", "plain", '"quoted" \\ back', "žluť 日本 😀", "line\nbreak\t\x01\x1f\x7f", "\u2028"]


@pytest.fixture
async def rows(database: Database, project: ProjectRecord) -> list[Seen]:
    made = [
        {
            "id": 1000 - number,
            "uuid": new_uuid(),
            "project_id": project.id,
            "kind": WatchableKind.CHECK,
            "name": name,
            "state": WatchState.UP if number % 2 else WatchState.NEW,
            "paused": not number % 3,
            "state_since": START + timedelta(microseconds=number),
            "created_at": START,
        }
        for number, name in enumerate(NAMES)
    ]
    async with database.transaction() as unit:
        await unit.session.execute(insert(watchables), made)
    return [Seen(*row) for row in await database.rows(select(*COLUMNS).order_by(watchables.c.id))]


async def test_all_rows_come_in_order_with_their_types(database: Database, project: ProjectRecord, rows: list[Seen]):
    read = await PACKED.read(database, project_id=project.id)

    assert read == rows
    assert [one.name for one in read] == NAMES[::-1]
    assert {type(one.paused) for one in read} == {bool}
    assert {type(one.state) for one in read} == {WatchState}


async def test_only_rows_that_fulfil_the_conditions_come(database: Database, project: ProjectRecord, rows: list[Seen]):
    paused = await PACKED.read(database, watchables.c.paused, watchables.c.id > 997, project_id=project.id)

    assert paused == [one for one in rows if one.paused and one.id > 997]
    assert await PACKED.read(database, watchables.c.id < 0, project_id=project.id) == []
    assert await PACKED.read(database, project_id=(project.id or 0) + 1) == []
