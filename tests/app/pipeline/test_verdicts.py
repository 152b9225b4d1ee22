"""Results of runs are recorded once, with all that follows from them (DESIGN section 3, way 2; section 4)."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from app.channels.message import AlertEvent
from app.models.tables import monitor_locations, rollups, watchables
from app.pipeline import pausing
from app.pipeline.alerting import DELIVER
from app.pipeline.verdicts import record_results
from app.probes.result import Failure, FailureCode, Phase
from app.rules.states import FlipReason, WatchState
from app.runs.result import FailureKind, RecordedResponse, ValidationFailure
from app.store import calls as call_store
from app.store import monitor_places, monitors, template_changes
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
    assert "xyz" in world.site.vault.sealer.open(row.request_encrypted)


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


async def test_a_call_outlives_the_template_that_was_deleted_meanwhile(world: World) -> None:
    monitor = await world.monitor()
    held = await claim(world, monitor)
    async with world.site.database.transaction() as unit:
        await template_changes.replace(unit, world.site.vault, [monitor.id], [], world.now)
    result = run_result(PASS, START, [call_result(PASS, START, template_id=999_999)])

    assert await record_results(world.site, [(held, result)]) == 1

    [call] = await stored_calls(world)
    assert (call.template_id, call.template_name) == (999_999, "home")


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


async def test_after_a_pause_failures_are_counted_anew(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(runs_down=2)
    await run(world, monitor, FAIL)
    async with world.site.database.transaction() as unit:
        await pausing.pause(unit, [monitor], clock.now)
        await pausing.resume(unit, [monitor], clock.now)
    clock.move(seconds=60)

    await run(world, monitor, FAIL)

    assert await world.state_of(monitor) is WatchState.NEW
    row = await world.site.database.row(select(monitor_locations.c.failures_in_row))
    assert row is not None
    assert row.failures_in_row == 1
