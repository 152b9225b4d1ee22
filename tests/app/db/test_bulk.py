"""Many rows are written as one statement, and read as if SQLAlchemy had written each."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, event, insert, select, update

from app.db.bulk import BulkWrite
from app.ids import new_uuid
from app.models.tables import flips, watchables
from app.rules.states import FlipReason, WatchState
from app.site import Site
from tests.conftest import START
from tests.world import World, make_world

COLUMNS = [column.name for column in flips.c if column.name != "id"]
ADD = BulkWrite(insert(flips), COLUMNS)
REDATE = BulkWrite(update(flips).where(flips.c.uuid == bindparam("named")).values(at=bindparam("new_at")))


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


def flip(watchable_id: int, minutes: int) -> dict[str, object]:
    return {
        "uuid": new_uuid(),
        "watchable_id": watchable_id,
        "at": START + timedelta(minutes=minutes),
        "from_state": WatchState.UP,
        "to_state": WatchState.DOWN,
        "reason": FlipReason.FAIL,
    }


async def test_rows_come_back_as_they_were_given(world: World) -> None:
    check = await world.check()
    rows = [flip(check.id, minutes) for minutes in range(3)]
    later = START + timedelta(days=1, microseconds=1)
    statements: list[str] = []
    event.listen(
        world.site.database.engine.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )

    async with world.site.database.transaction() as unit:
        await ADD.run(unit, rows)
        await REDATE.run(unit, [{"named": row["uuid"], "new_at": later, "more": "is ignored"} for row in rows[:2]])
        await ADD.run(unit, [])

    assert len([statement for statement in statements if not statement.startswith("BEGIN")]) == 2
    stored = await world.flips()
    expected = [row | {"at": later} for row in rows[:2]] + rows[2:]
    assert [{name: getattr(row, name) for name in COLUMNS} for row in stored] == expected
    assert isinstance(stored[0].to_state, WatchState)


async def test_what_is_written_is_gone_when_its_transaction_fails(world: World) -> None:
    check = await world.check()
    with pytest.raises(ZeroDivisionError):
        async with world.site.database.transaction() as unit:
            await ADD.run(unit, [flip(check.id, 0)])
            raise ZeroDivisionError

    assert await world.flips() == []


async def test_a_row_that_says_too_little_is_refused(world: World) -> None:
    async with world.site.database.transaction() as unit:
        with pytest.raises(KeyError):
            await ADD.run(unit, [{"uuid": "x"}])

    assert await world.site.database.rows(select(watchables.c.id)) == []
