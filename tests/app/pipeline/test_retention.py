"""What is kept of the measurements of monitors, how long, and that forgetting costs others little."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select

from app.db.reader import AnyRow
from app.ids import new_uuid
from app.models import Outage
from app.models.tables import alerts, calls, outages, rollups, runs
from app.pipeline import retention
from app.pipeline.retention import forget
from app.rules.keeping import DAY, HOUR, MINUTE
from app.rules.outcomes import Outcome
from app.store import monitors
from app.store.monitors import MonitorRecord
from tests.conftest import MovedClock
from tests.recorded import PARTS, place_ids, record, run_at
from tests.world import World

SECOND = timedelta(seconds=1)


async def run_ago(world: World, monitor: MonitorRecord, ago: timedelta, *outcomes: Outcome) -> int:
    """Store a run with a call of each outcome, all with request and response, and return its number."""
    (place, *_) = await place_ids(world.site.database)
    worst = Outcome.FAIL if Outcome.FAIL in outcomes else outcomes[0]
    row = run_at(world.now - ago, monitor.id, place, worst, connect=1)
    await record(world.site.database, [row])
    number = max(await kept_runs(world))
    made = [call_row(number, step, outcome, world.now - ago) for step, outcome in enumerate(outcomes, start=1)]
    async with world.site.database.transaction() as unit:
        await unit.session.execute(insert(calls), made)
    return number


def call_row(run_id: int, step: int, outcome: Outcome, at: datetime) -> dict[str, Any]:
    answer = {"request_encrypted": "a request", "response": "{}", "validation_failures": "[]"}
    numbers = {"run_id": run_id, "step": step, "total_ms": 1.0, "download_bytes": 1}
    return {"outcome": outcome, "created_at": at, **numbers, **answer}


async def kept_runs(world: World) -> list[int]:
    return [row.id for row in await world.site.database.rows(select(runs.c.id).order_by(runs.c.id))]


async def kept_calls(world: World) -> list[AnyRow]:
    columns = (calls.c.run_id, calls.c.outcome, calls.c.request_encrypted, calls.c.response)
    return list(await world.site.database.rows(select(*columns).order_by(calls.c.run_id, calls.c.step)))


async def outage(world: World, monitor: MonitorRecord, bad: int | None, good: int | None) -> None:
    async with world.site.database.transaction() as unit:
        await unit.add(Outage(watchable_id=monitor.id, started_at=world.now, bad_run_id=bad, good_run_id=good))


async def test_answers_of_passed_calls_are_forgotten_after_a_week(world: World):
    monitor, week = await world.monitor(), timedelta(days=7)
    await run_ago(world, monitor, week + SECOND, Outcome.PASS, Outcome.SLOW, Outcome.FAIL)
    await run_ago(world, monitor, week, Outcome.PASS)

    assert await forget(world.site) is False

    kept, gone = ("a request", "{}"), (None, None)
    assert [(row.outcome, (row.request_encrypted, row.response)) for row in await kept_calls(world)] == [
        (Outcome.PASS, gone),
        (Outcome.SLOW, gone),
        (Outcome.FAIL, kept),
        (Outcome.PASS, kept),
    ]


async def test_runs_are_forgotten_with_their_calls_after_ninety_days(world: World):
    monitor, long = await world.monitor(), timedelta(days=90)
    await run_ago(world, monitor, long + SECOND, Outcome.PASS)
    await run_ago(world, monitor, long + SECOND, Outcome.FAIL)
    await run_ago(world, monitor, long + SECOND, Outcome.ERROR)
    left = await run_ago(world, monitor, long, Outcome.FAIL)

    await forget(world.site)

    assert await kept_runs(world) == [left]
    assert [(row.run_id, row.response) for row in await kept_calls(world)] == [(left, "{}")]


async def test_runs_that_an_outage_names_stay_with_their_answers_as_long_as_it_does(world: World):
    monitor, long = await world.monitor(), timedelta(days=1000)
    good = await run_ago(world, monitor, long, Outcome.PASS)
    bad = await run_ago(world, monitor, long, Outcome.FAIL)
    await run_ago(world, monitor, long, Outcome.FAIL)
    await outage(world, monitor, bad, good)

    await forget(world.site)

    assert await kept_runs(world) == [good, bad]
    assert [row.response for row in await kept_calls(world)] == ["{}", "{}"]

    async with world.site.database.transaction() as unit:
        await unit.execute(outages.delete())
    await forget(world.site)
    assert await kept_runs(world) == []
    assert await kept_calls(world) == []


async def test_alerts_and_roll_ups_outlive_their_runs(world: World):
    monitor = await world.monitor()
    number = await run_ago(world, monitor, timedelta(days=91), Outcome.FAIL)
    async with world.site.database.transaction() as unit:
        at = world.now - timedelta(days=91)
        row = {"uuid": new_uuid(), "watchable_id": monitor.id, "at": at, "output": "", "ignored": False}
        await unit.execute(insert(alerts).values(run_id=number, **row))

    await forget(world.site)

    assert [row.run_id for row in await world.site.database.rows(select(alerts.c.run_id))] == [None]
    assert await rollups_by_resolution(world) == {HOUR: 1, DAY: 1}


async def test_roll_ups_are_forgotten_by_their_resolution(world: World):
    monitor = await world.monitor()
    for resolution, days in ((MINUTE, 30), (HOUR, 400), (DAY, 5 * 366)):
        edge = world.now - timedelta(days=days)
        await store_rollups(world, monitor, resolution, [edge - SECOND, edge, world.now])

    await forget(world.site)

    assert await rollups_by_resolution(world) == {MINUTE: 2, HOUR: 2, DAY: 2}


@pytest.mark.parametrize("bound", ["ROWS_AT_ONCE", "BYTES_AT_ONCE"])
async def test_forgetting_goes_on_in_small_steps_until_nothing_is_left(world: World, monkeypatch, bound: str):
    monitor = await world.monitor()
    monkeypatch.setattr(retention, bound, 2)
    for ago in (91, 92, 93, 94, 95, 10, 11):
        await run_ago(world, monitor, timedelta(days=ago), Outcome.PASS)
    # an old run that stays is no obstacle
    await outage(world, monitor, None, await run_ago(world, monitor, timedelta(days=200), Outcome.PASS))

    steps = 1
    while await forget(world.site):
        steps += 1

    assert steps > 2
    assert len(await kept_runs(world)) == 3
    assert [row.response for row in await kept_calls(world)] == [None, None, "{}"]
    assert await rollups_by_resolution(world) == {MINUTE: 2, HOUR: 8, DAY: 8}


async def test_several_processes_forget_together(world: World, clock: MovedClock):
    monitor = await world.monitor()
    for ago in range(20):
        await run_ago(world, monitor, timedelta(days=2 * ago), Outcome.PASS)
    clock.move(days=90)

    await asyncio.gather(*(forget(world.site) for _ in range(5)))

    assert len(await kept_runs(world)) == 1
    assert await rollups_by_resolution(world) == {HOUR: 20, DAY: 20}


async def test_an_outage_that_names_a_run_meanwhile_keeps_it(world: World, monkeypatch):
    monitor = await world.monitor()
    number = await run_ago(world, monitor, timedelta(days=91), Outcome.PASS)
    select_found = world.site.database.rows

    async def found_then_named(statement: Any) -> Sequence[AnyRow]:
        found = await select_found(statement)
        async with world.site.database.transaction() as unit:
            await unit.execute(outages.delete())
            await unit.execute(
                insert(outages).values(
                    uuid=new_uuid(),
                    watchable_id=monitor.id,
                    started_at=world.now,
                    good_run_id=number,
                    locations_down=1,
                    cause_summary="",
                    cause_code="",
                    evidence="[]",
                    ignored=False,
                )
            )
        return found

    with monkeypatch.context() as patch:
        patch.setattr(world.site.database, "rows", found_then_named)
        assert await retention.forget_answers(world.site) is False
        async with world.site.database.transaction() as unit:
            await unit.execute(outages.delete())
        assert await retention.forget_runs(world.site) is False

    assert await kept_runs(world) == [number]
    assert [row.response for row in await kept_calls(world)] == ["{}"]


async def test_a_monitor_that_goes_takes_all_along(world: World):
    monitor = await world.monitor()
    bad = await run_ago(world, monitor, SECOND, Outcome.FAIL)
    await outage(world, monitor, bad, None)

    async with world.site.database.transaction() as unit:
        await monitors.remove(unit, monitor.id)

    assert await kept_runs(world) == []
    assert await kept_calls(world) == []
    assert await rollups_by_resolution(world) == {}


async def test_what_is_old_is_found_by_indexes(world: World):
    plans = await plans_of_forgetting(world)

    for index in ("ix_calls_passed_answer", "ix_runs_created_at", "ix_rollups_age"):
        assert any(index in plan for plan in plans), (index, plans)


async def plans_of_forgetting(world: World) -> list[str]:
    """How the database goes about each statement of one step, with scans of whole tables made dear."""
    database, seen = world.site.database, []
    monitor = await world.monitor()
    await run_ago(world, monitor, timedelta(days=8), Outcome.PASS)
    await run_ago(world, monitor, timedelta(days=91), Outcome.PASS)

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "SELECT" in statement:
            seen.append((statement, parameters))

    engines = [database._reader.sync_engine, database._writer.sync_engine]
    for engine in dict.fromkeys(engines):
        event.listen(engine, "before_cursor_execute", note)
    await forget(world.site)
    for engine in dict.fromkeys(engines):
        event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    plans = []
    async with database.driver() as driver:
        if database.is_sqlite:
            for statement, parameters in seen:
                rows = await driver.execute_fetchall(f"{explain} {statement}", parameters)
                plans.append(" ".join(str(row[3]) for row in rows))
            return plans
        await driver.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        for statement, parameters in seen:
            rows = await driver.fetch(f"{explain} {statement}", *parameters)
            plans.append(" ".join(row[0] for row in rows))
        await driver.execute("RESET ALL")
    return plans


async def store_rollups(world: World, monitor: MonitorRecord, resolution: int, starts: Sequence[datetime]) -> None:
    (place, *_) = await place_ids(world.site.database)
    sums = dict.fromkeys((*(f"{part}_sum" for part in (*PARTS, "total")), "total_min", "total_max"), 1.0)
    key = {"watchable_id": monitor.id, "resolution": resolution, "location_id": place}
    rows = [{**key, "bucket_at": at, "runs": 1, "slow": 0, "failures": 0, **sums} for at in starts]
    async with world.site.database.transaction() as unit:
        await unit.session.execute(insert(rollups), rows)


async def rollups_by_resolution(world: World) -> dict[int, int]:
    counts = select(rollups.c.resolution, func.count()).group_by(rollups.c.resolution)
    return {row[0]: row[1] for row in await world.site.database.rows(counts)}
