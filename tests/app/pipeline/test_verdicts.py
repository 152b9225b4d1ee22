"""Results of runs are recorded once, with all that follows from them (DESIGN section 3, way 2; section 4)."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from app.channels.message import AlertEvent
from app.db.engine import Database
from app.db.unit_of_work import UnitOfWork
from app.models.tables import monitor_locations, rollups, watchables
from app.pipeline import verdicts
from app.pipeline.alerting import DELIVER
from app.pipeline.outages import close_quietly
from app.pipeline.verdicts import record_results
from app.probes.result import Failure, FailureCode, Phase
from app.rules.outcomes import Outcome
from app.rules.states import FlipReason, WatchState
from app.runs.result import FailureKind, RecordedResponse, RunResult, ValidationFailure
from app.store import calls as call_store
from app.store import monitor_places, monitors, template_changes
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import (
    ERROR,
    FAIL,
    OURS,
    PASS,
    PHASES,
    REQUEST,
    SKIPPED,
    SLOW,
    TOOK,
    WRONG_STATUS,
    call_result,
    claim,
    probe_everywhere,
    run,
    run_result,
    stored_alerts,
    stored_calls,
    stored_outages,
    stored_runs,
)
from tests.conftest import START, MovedClock
from tests.world import World


async def test_a_passing_run_is_kept_and_what_was_sent_is_encrypted(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    held = await claim(world, monitor)
    began = clock.now - TOOK

    heard = await record_results(world.site, [(held, run_result(PASS, began))])

    [stored] = await stored_runs(world)
    assert heard == 1
    assert (stored.watchable_id, stored.location_id, stored.due_at) == (monitor.id, held.location_id, START)
    assert (stored.started_at, stored.created_at, stored.outcome) == (began, clock.now, PASS)
    assert (stored.resolve_ms, stored.tls_ms, stored.closing_ms, stored.total_ms) == (1.0, None, 0.5, 37.5)
    assert (stored.download_bytes, stored.failure_phase, stored.failure_code, stored.failure_message) == (
        5,
        None,
        "",
        "",
    )
    [call] = (await call_store.of_runs(world.site.database, world.site.vault, [stored.id]))[stored.id]
    assert (call.step, call.template_name, call.outcome, call.status_code) == (1, "home", PASS, 200)
    assert (call.phases, call.total_ms, call.download_bytes) == (PHASES, 37.5, 5)
    assert call.request == REQUEST
    assert call.response == RecordedResponse(200, (("Content-Type", "text/plain"),), "all is well")
    assert call.validation_failures == ()
    [row] = await stored_calls(world)
    assert "xyz" not in row.request_encrypted
    assert "xyz" in world.site.vault.decrypt(row.request_encrypted)


async def test_a_failing_run_keeps_why_and_is_summed_up(world: World) -> None:
    await run(world, await world.monitor(), FAIL)

    [stored] = await stored_runs(world)
    assert (stored.failure_phase, stored.failure_code) == (Phase.VALIDATION, "VALIDATION_FAILED")
    assert stored.failure_message == WRONG_STATUS.message
    [call] = await stored_calls(world)
    assert call_store.opened_failures(call.validation_failures) == (
        ValidationFailure(FailureKind.VALIDATION, WRONG_STATUS.message, 7),
    )
    sums = await world.site.database.rows(select(rollups).order_by(rollups.c.resolution))
    assert [(row.resolution, row.runs, row.failures, row.total_sum) for row in sums] == [
        (60, 1, 1, 37.5),
        (3600, 1, 1, 37.5),
        (86400, 1, 1, 37.5),
    ]


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


async def test_the_place_waits_for_its_next_instant(world: World, clock: MovedClock) -> None:
    """Given a run that was due three and a half intervals ago, then what was missed is not made good."""
    monitor = await world.monitor(interval=60)
    clock.move(seconds=210)

    await run(world, monitor, SLOW)

    [place] = await world.places_of(monitor)
    assert place.due_at == place.look_at == START + timedelta(seconds=240)
    assert (place.last_run_at, place.last_outcome, place.passes_in_row) == (clock.now - TOOK, SLOW, 1)
    stored = await world.stored_monitor(monitor)
    assert (stored.last_run_at, stored.last_outcome) == (clock.now - TOOK, SLOW)


async def test_runs_that_were_not_measured_show_nothing(world: World) -> None:
    outcomes = {(await world.monitor(outcome.name)).id: outcome for outcome in (ERROR, SKIPPED)}
    each = list((await monitors.by_ids(world.site.database, list(outcomes))).values())
    for monitor in each:
        assert await run(world, monitor, outcomes[monitor.id]) == 1

    assert {row.watchable_id: row.outcome for row in await stored_runs(world)} == outcomes
    assert {row.failure_code for row in await stored_runs(world)} == {OURS.code}
    for monitor in each:
        record, [place] = await world.stored_monitor(monitor), await world.places_of(monitor)
        assert (record.state, record.last_run_at, record.last_outcome) == (WatchState.NEW, None, None)
        assert (place.unmeasured_in_row, place.last_run_at) == (1, None)
        assert place.due_at == START + timedelta(seconds=60)
    assert await world.site.database.rows(select(rollups.c.runs)) == []
    assert await world.flips() == []


async def test_a_doubled_result_is_dropped(world: World) -> None:
    monitor = await world.monitor()
    report = (await claim(world, monitor), run_result(FAIL, START))

    heard = [await record_results(world.site, [report, report]), await record_results(world.site, [report])]

    assert heard == [1, 0]
    assert len(await stored_runs(world)) == len(await stored_calls(world)) == len(await world.flips()) == 1
    [place] = await world.places_of(monitor)
    assert place.failures_in_row == 1


async def test_results_of_other_claims_are_dropped(world: World) -> None:
    """Given another lease or instant, or a place or monitor that there is not, then nothing changes."""
    monitor = await world.monitor(places=2)
    held = await claim(world, monitor)
    before = await world.places_of(monitor)
    others = [
        replace(held, lease=held.lease - 1),
        replace(held, lease=held.lease + 1),
        replace(held, due_at=held.due_at - timedelta(seconds=60)),
        replace(held, location_id=held.location_id + 1),
        replace(held, location_id=999_999),
        replace(held, monitor_id=999_999),
    ]

    heard = [await record_results(world.site, [(other, run_result(FAIL, START))]) for other in others]

    assert heard == [0] * len(others)
    assert await stored_runs(world) == []
    assert await world.places_of(monitor) == before
    assert await world.state_of(monitor) is WatchState.NEW


async def test_the_late_result_of_a_lost_lease_does_not_keep_the_good_one_away(world: World) -> None:
    monitor = await world.monitor()
    lost = await claim(world, monitor)
    held = await claim(world, monitor)

    heard = await record_results(world.site, [(lost, run_result(FAIL, START)), (held, run_result(PASS, START))])

    assert heard == 1
    assert await world.state_of(monitor) is WatchState.UP


async def test_the_result_of_a_monitor_that_was_paused_meanwhile_is_dropped(world: World) -> None:
    """Given one that was stopped, and one of which only the flag tells, then neither is moved."""
    stopped, flagged = await world.monitor("stopped"), await world.monitor("flagged")
    reports = [(await claim(world, monitor), run_result(FAIL, START)) for monitor in (stopped, flagged)]
    async with world.site.database.transaction() as unit:
        await unit.execute(update(watchables).values(paused=True))
        await monitor_places.stop(unit, [stopped.id])

    assert await record_results(world.site, reports) == 0
    assert (await stored_runs(world), await world.flips()) == ([], [])


async def test_the_result_of_a_monitor_that_is_gone_is_dropped_alone(world: World) -> None:
    gone, left = await world.monitor("gone"), await world.monitor("left")
    reports = [(await claim(world, one), run_result(PASS, START)) for one in (gone, left)]
    async with world.site.database.transaction() as unit:
        await monitors.remove(unit, gone.id)

    assert await record_results(world.site, reports) == 1
    assert [row.watchable_id for row in await stored_runs(world)] == [left.id]


async def test_a_call_outlives_the_template_that_was_deleted_meanwhile(world: World) -> None:
    monitor = await world.monitor()
    held = await claim(world, monitor)
    async with world.site.database.transaction() as unit:
        await template_changes.replace(unit, world.site.vault, [monitor.id], [], world.now)
    result = run_result(PASS, START, [call_result(PASS, START, template_id=999_999)])

    assert await record_results(world.site, [(held, result)]) == 1

    [call] = await stored_calls(world)
    assert (call.template_id, call.template_name) == (None, "home")


async def test_a_verdict_is_stored_and_told_once_to_each_channel(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(remind_every=3600)
    mail, hook = await world.email(), await world.webhook("http://127.0.0.1/down")
    await run(world, monitor, PASS)
    clock.move(seconds=60)

    await run(world, monitor, FAIL)
    clock.move(seconds=60)
    await run(world, monitor, FAIL)

    up, down = await world.flips()
    assert (up.from_state, up.to_state, up.reason, up.at) == (WatchState.NEW, WatchState.UP, FlipReason.NONE, START)
    went_down = START + timedelta(seconds=60)
    assert (down.from_state, down.to_state, down.reason) == (WatchState.UP, WatchState.DOWN, FlipReason.FAIL)
    assert down.at == went_down
    stored = await world.stored_monitor(monitor)
    assert (stored.state, stored.state_since) == (WatchState.DOWN, went_down)
    assert stored.remind_at == went_down + timedelta(seconds=3600)
    owed = await world.notifications()
    assert sorted(row.channel_id for row in owed) == sorted([mail.id, hook.id])
    assert {(row.event, row.flip_id, row.watchable_id) for row in owed} == {(AlertEvent.DOWN, down.id, monitor.id)}
    assert [(message.actor, message.arguments) for message in world.sent] == [(DELIVER, (row.uuid,)) for row in owed]


async def test_that_it_works_again_is_told_also_when_it_is_slow(world: World, clock: MovedClock) -> None:
    states = {PASS: WatchState.UP, SLOW: WatchState.DEGRADED}
    each = {outcome: await world.monitor(outcome.name, remind_every=3600) for outcome in states}
    await world.email()
    for monitor in each.values():
        await run(world, monitor, FAIL)
    clock.move(seconds=60)

    for outcome, monitor in each.items():
        await run(world, monitor, outcome)

    told = [(row.watchable_id, row.event) for row in await world.notifications()]
    assert told == [(monitor.id, event) for event in (AlertEvent.DOWN, AlertEvent.UP) for monitor in each.values()]
    for outcome, monitor in each.items():
        stored = await world.stored_monitor(monitor)
        assert (stored.state, stored.remind_at) == (states[outcome], None)


async def test_flapping_tells_each_time_and_three_failures_in_a_row_only_once(world: World, clock: MovedClock) -> None:
    quick, patient = await world.monitor("quick"), await world.monitor("patient", runs_down=3)
    await world.email()
    for outcome in (PASS, FAIL, PASS, FAIL, FAIL, FAIL, PASS):
        for monitor in (quick, patient):
            await run(world, monitor, outcome)
        clock.move(seconds=60)

    told = [(row.watchable_id, row.event) for row in await world.notifications()]
    down, up = AlertEvent.DOWN, AlertEvent.UP
    assert [event for number, event in told if number == quick.id] == [down, up, down, up]
    assert [event for number, event in told if number == patient.id] == [down, up]


async def test_slow_and_unknown_are_flips_that_nobody_is_told_of(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await world.email()
    for outcome in (PASS, SLOW, ERROR, ERROR, ERROR, PASS):
        await run(world, monitor, outcome)
        clock.move(seconds=60)

    states = [row.to_state for row in await world.flips()]
    assert states == [WatchState.UP, WatchState.DEGRADED, WatchState.UNKNOWN, WatchState.UP]
    assert await world.notifications() == []


async def test_two_of_three_places_must_agree(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(places=3, locations_down=2)
    await probe_everywhere(world, monitor)
    for place in range(3):
        await run(world, monitor, PASS, place)
    clock.move(seconds=60)

    states = []
    for place, outcome in ((0, FAIL), (1, PASS), (2, FAIL)):
        await run(world, monitor, outcome, place)
        states.append(await world.state_of(monitor))

    assert states == [WatchState.UP, WatchState.UP, WatchState.DOWN]


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


async def test_a_clock_that_is_ahead_is_not_believed(world: World) -> None:
    monitor = await world.monitor()
    held = await claim(world, monitor)

    await record_results(world.site, [(held, run_result(FAIL, START + timedelta(days=1)))])

    [stored], [flip] = await stored_runs(world), await world.flips()
    assert stored.started_at == flip.at == START


async def test_texts_that_no_database_takes_are_kept_without_what_it_does_not(world: World) -> None:
    broken = Failure(Phase.SCRIPT, FailureCode.SCRIPT_FAILED, "a\0b\ud800c")
    monitor = await world.monitor()
    held = await claim(world, monitor)
    call = call_result(
        FAIL,
        START,
        failure=broken,
        response=RecordedResponse(200, (("X", "\0"),), "\0\ud800"),
        validation_failures=(ValidationFailure(FailureKind.POST_SCRIPT, "\ud800\0"),),
    )

    assert await record_results(world.site, [(held, run_result(FAIL, START, [call]))]) == 1

    [stored], [outage], [alert] = await stored_runs(world), await stored_outages(world), await stored_alerts(world)
    assert stored.failure_message == outage.cause_summary == alert.output == "a\N{REPLACEMENT CHARACTER}b?c"


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


async def test_one_transaction_holds_fifty_runs_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "BATCH_RUNS", 2)
    each = [await world.monitor(f"shop {index}") for index in range(5)]
    reports = [(await claim(world, monitor), run_result(PASS, START)) for monitor in each]
    begun = _noted(world.site.database, "SELECT")

    assert await record_results(world.site, reports) == 5

    assert len([statement for statement in begun if "FROM watchables JOIN monitors" in statement]) == 3


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

    assert taken == {(PASS, 1): 9, (PASS, 12): 9, (FAIL, 1): 22, (FAIL, 12): 22}


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


async def test_after_a_pause_all_is_counted_anew(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(runs_down=2)
    await run(world, monitor, FAIL)
    async with world.site.database.transaction() as unit:
        await close_quietly(unit, [monitor.id], clock.now)
    clock.move(seconds=60)

    await run(world, monitor, FAIL)

    assert await world.state_of(monitor) is WatchState.NEW
    row = await world.site.database.row(select(monitor_locations.c.failures_in_row))
    assert row is not None
    assert row.failures_in_row == 1
