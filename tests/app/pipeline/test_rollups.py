"""Runs are summed up by minute, hour and day as they are recorded."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, select

from app.db.reader import AnyRow
from app.models.tables import rollups
from app.pipeline.rollups import add_runs
from app.rules.keeping import DAY, HOUR, MINUTE
from app.rules.outcomes import Outcome
from app.store import monitors
from tests.recorded import place_ids, record, run_at
from tests.world import World

NOON = datetime(2026, 3, 1, 12, 34, 56, 789_000, tzinfo=UTC)


async def stored(world: World) -> list[AnyRow]:
    keys = (rollups.c.watchable_id, rollups.c.resolution, rollups.c.bucket_at, rollups.c.location_id)
    return list(await world.site.database.rows(select(rollups).order_by(*keys)))


async def add(world: World, *rows: dict[str, Any]) -> None:
    async with world.site.database.transaction() as unit:
        await add_runs(unit, rows)


async def test_a_run_counts_in_its_minute_hour_and_day(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)

    await add(
        world, run_at(NOON, monitor.id, place, resolve=1.5, connect=2, tls=3, processing=4, transfer=5, closing=6)
    )

    rows = await stored(world)
    assert [(row.resolution, row.bucket_at) for row in rows] == [
        (MINUTE, NOON.replace(second=0, microsecond=0)),
        (HOUR, NOON.replace(minute=0, second=0, microsecond=0)),
        (DAY, NOON.replace(hour=0, minute=0, second=0, microsecond=0)),
    ]
    for row in rows:
        assert (row.watchable_id, row.location_id) == (monitor.id, place)
        assert (row.runs, row.slow, row.failures) == (1, 0, 0)
        assert [row.resolve_sum, row.connect_sum, row.tls_sum] == [1.5, 2, 3]
        assert [row.processing_sum, row.transfer_sum, row.closing_sum] == [4, 5, 6]
        assert [row.total_sum, row.total_min, row.total_max] == [21.5, 21.5, 21.5]


async def test_more_runs_are_added_in_the_same_batch_and_in_later_ones(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    later = NOON + timedelta(minutes=1)

    # given two batches; one part did not happen in the failed run
    await add(
        world,
        run_at(NOON, monitor.id, place, processing=30),
        run_at(NOON, monitor.id, place, Outcome.SLOW, processing=50, resolve=1),
    )
    await add(world, run_at(later, monitor.id, place, Outcome.FAIL, resolve=10))

    # then the minutes differ, and the hour has all three
    first, second, hour, day = await stored(world)
    assert (first.runs, first.slow, first.failures, first.processing_sum, first.resolve_sum) == (2, 1, 0, 80, 1)
    assert (second.runs, second.slow, second.failures, second.processing_sum, second.resolve_sum) == (1, 0, 1, 0, 10)
    for row in (hour, day):
        assert (row.runs, row.slow, row.failures, row.processing_sum, row.resolve_sum) == (3, 1, 1, 80, 11)
        assert (row.total_sum, row.total_min, row.total_max) == (91, 10, 51)


async def test_monitors_locations_and_buckets_are_kept_apart(world: World):
    one, two = await world.monitor("one"), await world.monitor("two")
    here, there, _ = await place_ids(world.site.database)
    midnight = datetime(2026, 3, 2, tzinfo=UTC)

    await add(
        world,
        run_at(midnight, two.id, here),
        run_at(midnight - timedelta(microseconds=1), one.id, here),
        run_at(midnight, one.id, there),
        run_at(midnight, one.id, here),
    )

    rows = await stored(world)
    assert len(rows) == 12
    assert {(row.watchable_id, row.location_id, row.bucket_at, row.runs) for row in rows if row.resolution == DAY} == {
        (one.id, here, midnight - timedelta(days=1), 1),
        (one.id, here, midnight, 1),
        (one.id, there, midnight, 1),
        (two.id, here, midnight, 1),
    }


async def test_runs_that_were_not_measured_or_whose_location_is_gone_count_nowhere(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)

    await add(
        world,
        run_at(NOON, monitor.id, place, Outcome.ERROR, resolve=10),
        run_at(NOON, monitor.id, place, Outcome.SKIPPED),
        run_at(NOON, monitor.id, None),
    )

    assert await stored(world) == []


async def test_no_runs_are_no_statement_and_many_are_one(world: World):
    monitor, places = await world.monitor(), await place_ids(world.site.database)
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement.split()[0])

    engine = world.site.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await add(world)
    assert seen in ([], ["BEGIN"])
    await add(world, *(run_at(NOON + timedelta(hours=n), monitor.id, place) for n in range(9) for place in places))
    event.remove(engine, "before_cursor_execute", note)

    assert [word for word in seen if word != "BEGIN"] == ["INSERT"]
    assert len(await stored(world)) == 3 * (9 + 9 + 1)


async def test_batches_of_several_processes_at_once_lose_nothing_and_never_deadlock(world: World):
    watched = [await world.monitor(name) for name in "abcde"]
    places = await place_ids(world.site.database)
    rows = [
        run_at(NOON + timedelta(seconds=30 * number), monitor.id, place)
        for number in range(4)
        for monitor in watched
        for place in places
    ]

    await asyncio.gather(*(add(world, *rows[number:], *rows[:number]) for number in range(6)))

    assert [row.runs for row in await stored(world) if row.resolution == DAY] == [4 * 6] * len(watched) * len(places)


async def test_roll_ups_go_with_their_monitor(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    await record(world.site.database, [run_at(NOON, monitor.id, place)])

    async with world.site.database.transaction() as unit:
        await monitors.remove(unit, monitor.id)

    assert await stored(world) == []
