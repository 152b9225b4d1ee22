"""Results come in batches: in any order, of many monitors, from several processes (DESIGN section 3, way 2)."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app.db.engine import Database
from app.db.unit_of_work import UnitOfWork
from app.models.tables import monitor_locations
from app.pipeline import verdicts
from app.pipeline.verdicts import record_results
from app.rules.outcomes import Outcome
from app.rules.states import WatchState
from app.runs.result import RunResult
from app.store import monitors
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import (
    FAIL,
    PASS,
    TOOK,
    call_result,
    claim,
    probe_everywhere,
    run_result,
    stored_alerts,
    stored_calls,
    stored_outages,
    stored_runs,
)
from tests.conftest import START, MovedClock
from tests.world import World


async def test_each_call_belongs_to_its_own_run(world: World) -> None:
    """Given results of many monitors in one batch, each with more calls than the one before, then all stay apart."""
    each = [await world.monitor(f"shop {index}") for index in range(7)]
    reports = [
        (
            await claim(world, monitor),
            run_result(
                PASS,
                START,
                [
                    call_result(PASS, START, step=step, template_name=f"{monitor.name} step {step}")
                    for step in range(1, index + 2)
                ],
            ),
        )
        for index, monitor in enumerate(each)
    ]

    assert await record_results(world.site, reports) == 7

    names = {stored.id: stored.watchable_id for stored in await stored_runs(world)}
    monitors_by_id = {monitor.id: monitor.name for monitor in each}
    kept = await stored_calls(world)
    assert len(kept) == sum(range(1, 8))
    assert all(call.template_name == f"{monitors_by_id[names[call.run_id]]} step {call.step}" for call in kept)


async def test_the_result_of_a_monitor_that_is_gone_is_dropped_alone(world: World) -> None:
    gone, left = await world.monitor("gone"), await world.monitor("left")
    reports = [(await claim(world, one), run_result(PASS, START)) for one in (gone, left)]
    async with world.site.database.transaction() as unit:
        await monitors.remove(unit, gone.id)

    assert await record_results(world.site, reports) == 1
    assert [row.watchable_id for row in await stored_runs(world)] == [left.id]


async def test_places_of_one_batch_decide_in_the_order_in_which_their_runs_ended(world: World) -> None:
    """Given a batch with three places of one monitor, then it is as if they had come one by one."""
    monitor = await world.monitor(places=3)
    await probe_everywhere(world, monitor)
    ends = {0: 30, 1: 10, 2: 20}
    outcomes = {0: PASS, 1: PASS, 2: FAIL}
    reports = [
        (await claim(world, monitor, place), run_result(outcomes[place], START - timedelta(seconds=60 - ends[place])))
        for place in range(3)
    ]

    assert await record_results(world.site, reports) == 3

    at = [START - timedelta(seconds=60 - seconds) + TOOK for seconds in (10, 20)]
    assert [(row.to_state, row.at) for row in await world.flips()] == [
        (WatchState.UP, max(at[0], START)),
        (WatchState.DOWN, max(at[1], START)),
    ]


async def test_one_result_that_cannot_be_stored_falls_out_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    each = [await world.monitor(f"shop {index}") for index in range(5)]
    reports = [(await claim(world, monitor), run_result(PASS, START)) for monitor in each]
    culprit = each[3].id
    reports[3] = (reports[3][0], replace(reports[3][1], download_bytes=2**70))

    with caplog.at_level(logging.ERROR):
        assert await record_results(world.site, reports) == 4

    assert sorted(row.watchable_id for row in await stored_runs(world)) == [
        monitor.id for monitor in each if monitor.id != culprit
    ]
    assert [record.getMessage() for record in caplog.records] == [f"A run of monitor {culprit} cannot be recorded"]


async def test_nothing_is_recorded_while_the_database_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given results that could not be stored, when they are brought again, then they are, also at a second attempt."""
    first, second = await world.monitor("first"), await world.monitor("second")
    reports = [[(await claim(world, monitor), run_result(PASS, START))] for monitor in (first, second)]
    fails: list[Exception] = [ConnectionRefusedError(), RuntimeError("two writers met")]
    add_runs = verdicts.rollups.add_runs

    async def add_at_last(unit: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
        if fails:
            raise fails.pop(0)
        await add_runs(unit, rows)

    monkeypatch.setattr(verdicts.rollups, "add_runs", add_at_last)
    with pytest.raises(ConnectionRefusedError):
        await record_results(world.site, reports[0])
    assert await stored_runs(world) == []

    assert [await record_results(world.site, each) for each in reports] == [1, 1]
    assert [row.watchable_id for row in await stored_runs(world)] == [first.id, second.id]


async def test_one_transaction_holds_so_many_runs_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "NEWS_RUNS", 2)
    each = [await world.monitor(f"shop {index}") for index in range(5)]
    reports = [(await claim(world, monitor), run_result(PASS, START)) for monitor in each]
    begun = _noted(world.site.database, "INSERT INTO flips")

    assert await record_results(world.site, reports) == 5

    assert len(begun) == 3


async def test_news_and_what_is_none_are_recorded_together(world: World, clock: MovedClock) -> None:
    await world.email()
    each = [await world.monitor(f"shop {index}") for index in range(3)]
    await _record_all(world, each, PASS)
    clock.move(seconds=60)
    outcomes = [PASS, FAIL, PASS]
    reports = [
        (await claim(world, monitor), run_result(outcome, START))
        for monitor, outcome in zip(each, outcomes, strict=True)
    ]

    assert await record_results(world.site, reports) == 3
    assert await record_results(world.site, reports) == 0

    states = [await world.state_of(monitor) for monitor in each]
    assert states == [WatchState.UP, WatchState.DOWN, WatchState.UP]
    assert len(await world.notifications()) == 1


async def test_the_number_of_statements_does_not_grow_with_that_of_the_runs(world: World, clock: MovedClock) -> None:
    """Given monitors that are up, when all pass, or all go down at once, then it takes as many statements for any."""
    await world.email()
    each = [await world.monitor(f"shop {index}") for index in range(13)]
    await _record_all(world, each, PASS)
    taken = {}
    for outcome in (PASS, FAIL):
        for part in (each[:1], each[1:]):
            clock.move(seconds=60)
            reports = [(await claim(world, monitor), _with_template(monitor, outcome)) for monitor in part]
            statements = _noted(world.site.database, "")
            assert await record_results(world.site, reports) == len(part)
            taken[outcome, len(part)] = len([one for one in statements if not one.startswith("BEGIN")])

    # On SQLite what is no news is written on the event loop, past what is noted here.
    passing, failing = (0, 21) if world.site.database.is_sqlite else (8, 23)
    assert taken == {(PASS, 1): passing, (PASS, 12): passing, (FAIL, 1): failing, (FAIL, 12): failing}


def _with_template(monitor: MonitorRecord, outcome: Outcome) -> RunResult:
    return run_result(outcome, START, [call_result(outcome, START, template_id=monitor.id)])


async def _record_all(world: World, each: list[MonitorRecord], outcome: Outcome) -> None:
    reports = [(await claim(world, monitor), run_result(outcome, START)) for monitor in each]
    assert await record_results(world.site, reports) == len(each)


def _noted(database: Database, start: str) -> list[str]:
    """Keep the statements that begin so, from now on."""
    statements: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(start):
            statements.append(statement)

    return statements


async def test_results_that_two_processes_report_at_once_are_applied_once(world: World) -> None:
    """Given two processes (on SQLite: tasks of the one that may write) that both bring all results, in any order."""
    await world.email()
    each = [await world.monitor(f"shop {index}", places=2, locations_down=2) for index in range(12)]
    reports = []
    for monitor in each:
        await probe_everywhere(world, monitor)
        reports += [(await claim(world, monitor, place), run_result(FAIL, START)) for place in range(2)]
    async with AsyncExitStack() as stack:
        sites = [world.site, world.site]
        if not world.site.database.is_sqlite:
            other = Database(world.site.settings.database_url, deliver=world.sent.extend)
            stack.push_async_callback(other.close)
            sites[1] = replace(world.site, database=other)
        heard = await asyncio.gather(
            *(record_results(site, part) for site in sites for part in (reports[::-1], reports[5:], reports[:9]))
        )

    assert sum(heard) == len(reports) == len(await stored_runs(world)) == len(await stored_alerts(world))
    assert len(await stored_outages(world)) == len(await world.notifications()) == len(await world.flips()) == len(each)
    assert {row.locations_down for row in await stored_outages(world)} == {2}
    counted = await world.site.database.rows(select(monitor_locations.c.failures_in_row))
    assert [row.failures_in_row for row in counted] == [1] * len(reports)
