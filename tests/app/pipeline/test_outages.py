"""Alerts and outages open and close with the verdicts; an outage keeps why it began (GRAPHQL.md section 6)."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from app.channels.message import AlertEvent
from app.models.tables import calls, monitor_locations, outages, runs, watchables
from app.pipeline import last_good, pausing
from app.pipeline.outages import close_left_alerts
from app.pipeline.verdicts import record_results
from app.probes.result import Phase
from app.rules.outcomes import Outcome
from app.rules.root_cause import EvidenceKind
from app.rules.states import WatchState
from app.store import monitor_places
from app.store import outages as outage_store
from app.store.monitors import MonitorRecord
from app.store.outages import OutageRecord
from tests.app.pipeline.results import (
    FAIL,
    PASS,
    REFUSED,
    SLOW,
    TOOK,
    WRONG_STATUS,
    call_result,
    claim,
    probe_everywhere,
    run,
    run_result,
    stored_alerts,
    stored_outages,
    stored_runs,
)
from tests.conftest import START, MovedClock
from tests.world import World


async def play(world: World, clock: MovedClock, monitor: MonitorRecord, outcomes: Sequence[Outcome]) -> None:
    """Run the monitor a minute apart at its first place."""
    for outcome in outcomes:
        await run(world, monitor, outcome)
        clock.move(seconds=60)


async def the_outage(world: World, monitor: MonitorRecord) -> OutageRecord:
    return (await outage_store.open_of(world.site.database, [monitor.id]))[monitor.id]


async def test_an_outage_lasts_from_the_flip_down_to_the_flip_up(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await play(world, clock, monitor, (PASS, FAIL, FAIL, PASS, FAIL))

    first, second = await stored_outages(world)
    flips = [(row.to_state, row.at) for row in await world.flips()]
    assert (WatchState.DOWN, first.started_at) == flips[1]
    assert (WatchState.UP, first.resolved_at) == flips[2]
    assert (second.started_at, second.resolved_at) == (START + timedelta(minutes=4), None)


async def test_an_outage_keeps_its_cause_and_the_last_good_answer(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(runs_down=2)
    await play(world, clock, monitor, (PASS, SLOW, FAIL, FAIL))

    outage = await the_outage(world, monitor)

    _, good, _, bad = await stored_runs(world)
    assert (outage.good_run_id, outage.bad_run_id) == (good.id, bad.id)
    assert (outage.cause_summary, outage.cause_phase) == (WRONG_STATUS.message, Phase.VALIDATION)
    assert (outage.cause_code, outage.locations_down) == ("VALIDATION_FAILED", 1)
    assert outage.computed_at == START + timedelta(minutes=3)
    seen = [(one.kind, one.at, one.text) for one in outage.evidence]
    assert (EvidenceKind.RESPONSE, START + timedelta(minutes=3), "status 500\n\nout of order") in seen
    good_text = "The last good answer: status 200\n\nall is well"
    assert (EvidenceKind.RESPONSE, START + timedelta(minutes=1) - TOOK, good_text) in seen
    assert {one.location_id for one in outage.evidence} == {bad.location_id}


async def test_the_good_answer_is_that_of_the_step_that_fails(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    steps = [call_result(PASS, START, step=step) for step in (1, 2, 3)]
    await run(world, monitor, PASS, calls=[steps[0], call_result(PASS, START, step=2, response=None), steps[2]])
    clock.move(seconds=60)
    await run(world, monitor, FAIL, calls=[steps[0], call_result(FAIL, START, step=2), steps[2]])

    outage = await the_outage(world, monitor)

    assert outage.good_run_id is not None
    assert not [one for one in outage.evidence if "last good answer" in one.text]


@pytest.mark.parametrize(("looked_at", "is_found"), [(3, True), (2, False)])
async def test_a_monitor_that_never_passed_has_no_good_run_and_not_all_runs_are_searched(
    world: World, clock: MovedClock, monkeypatch: pytest.MonkeyPatch, looked_at: int, *, is_found: bool
) -> None:
    monkeypatch.setattr(last_good, "LOOKED_AT", looked_at)
    never, once = await world.monitor("never"), await world.monitor("once", runs_down=2)
    await play(world, clock, never, [FAIL])
    await play(world, clock, once, [PASS, FAIL, FAIL])

    assert (await the_outage(world, never)).good_run_id is None
    assert ((await the_outage(world, once)).good_run_id is not None) is is_found


async def test_a_good_run_whose_calls_are_no_longer_kept_is_still_named(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await play(world, clock, monitor, [PASS])
    async with world.site.database.transaction() as unit:
        await unit.execute(delete(calls))
    await play(world, clock, monitor, [FAIL])

    assert (await the_outage(world, monitor)).good_run_id is not None


async def test_each_of_many_monitors_that_go_down_at_once_keeps_its_own(world: World, clock: MovedClock) -> None:
    each = [await world.monitor(f"shop {index}") for index in range(3)]
    for monitor in each:
        await run(world, monitor, PASS)
    clock.move(seconds=60)
    reports = [
        (await claim(world, monitor), run_result(FAIL, START, [call_result(FAIL, START, failure=failure)]))
        for monitor, failure in zip(each, (REFUSED, WRONG_STATUS, REFUSED), strict=True)
    ]

    await record_results(world.site, reports)

    of_runs = {row.id: (row.watchable_id, row.outcome) for row in await stored_runs(world)}
    for monitor, summary in zip(each, ("The server refused", "Expected the status", "The server refused"), strict=True):
        outage = await the_outage(world, monitor)
        assert outage.cause_summary.startswith(summary)
        assert of_runs[outage.bad_run_id or 0] == (monitor.id, FAIL)
        assert of_runs[outage.good_run_id or 0] == (monitor.id, PASS)


async def test_an_alert_lasts_while_its_place_is_bad(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(runs_down=2, runs_up=2)
    await play(world, clock, monitor, (PASS, FAIL, FAIL, FAIL, PASS, PASS))

    [alert], [outage] = await stored_alerts(world), await stored_outages(world)
    bad = (await stored_runs(world))[2]
    assert (alert.run_id, alert.location_id, alert.outage_id) == (bad.id, bad.location_id, outage.id)
    assert (alert.at, alert.resolved_at) == (START + timedelta(minutes=2), START + timedelta(minutes=5))
    assert alert.output == WRONG_STATUS.message


async def test_places_that_agree_share_an_outage_and_its_widest_extent_is_kept(world: World, clock: MovedClock) -> None:
    """Given three places of which two must agree: the first alert has no outage until the second comes."""
    monitor = await world.monitor(places=3, locations_down=2)
    places = await probe_everywhere(world, monitor)
    for place in range(3):
        await run(world, monitor, PASS, place)
    clock.move(seconds=60)
    await run(world, monitor, FAIL, 0)
    [alone] = await stored_alerts(world)
    assert (alone.outage_id, await stored_outages(world)) == (None, [])

    await run(world, monitor, FAIL, 1)
    [outage] = await stored_outages(world)
    assert (outage.locations_down, outage.cause_summary) == (2, f"2 of 3 locations: {WRONG_STATUS.message}")
    told = [one for one in outage_store.opened_evidence(outage.evidence) if one.location_id == places[0]]
    assert (EvidenceKind.LOG, WRONG_STATUS.message) in [(one.kind, one.text) for one in told]

    await run(world, monitor, FAIL, 2)
    clock.move(seconds=60)
    await run(world, monitor, PASS, 0)
    [outage] = await stored_outages(world)
    assert (outage.locations_down, outage.resolved_at) == (3, None)
    assert {alert.outage_id for alert in await stored_alerts(world)} == {outage.id}

    await run(world, monitor, PASS, 2)
    [outage] = await stored_outages(world)
    assert outage.resolved_at == clock.now
    still_open = [alert.location_id for alert in await stored_alerts(world) if alert.resolved_at is None]
    assert still_open == [places[1]]


async def test_an_outage_outlasts_a_pause_and_ends_with_the_first_run_that_passes(
    world: World, clock: MovedClock
) -> None:
    monitor = await world.monitor()
    await world.email()
    await run(world, monitor, FAIL)
    told, paused = await world.notifications(), await world.stored_monitor(monitor)

    clock.move(seconds=30)
    async with world.site.database.transaction() as unit:
        await pausing.pause(unit, [paused], clock.now)
    clock.move(seconds=600)
    async with world.site.database.transaction() as unit:
        await pausing.resume(unit, [paused], clock.now)
    [outage], [alert] = await stored_outages(world), await stored_alerts(world)
    assert (outage.resolved_at, alert.resolved_at, await world.notifications()) == (None, None, told)

    await run(world, monitor, PASS)

    [outage], [alert] = await stored_outages(world), await stored_alerts(world)
    assert outage.resolved_at == alert.resolved_at == clock.now
    assert [row.event for row in await world.notifications()] == [AlertEvent.DOWN, AlertEvent.UP]


async def test_a_place_that_is_taken_away_leaves_no_alert_behind(world: World, clock: MovedClock) -> None:
    """Given a bad place, when it is taken away and comes back, then its alert ends and can begin anew."""
    monitor = await world.monitor(places=2, locations_down=2)
    places = await probe_everywhere(world, monitor)
    for place, outcome in enumerate((FAIL, PASS)):
        await run(world, monitor, outcome, place)
    async with world.site.database.transaction() as unit:
        await monitor_places.place(unit, [monitor.id], places[1:])
        await close_left_alerts(unit, [monitor.id], clock.now)
    [ended] = await stored_alerts(world)
    assert ended.resolved_at == clock.now

    async with world.site.database.transaction() as unit:
        await monitor_places.place(unit, [monitor.id], places)
    await probe_everywhere(world, monitor)
    await run(world, monitor, FAIL, 0)
    assert [row.resolved_at for row in await stored_alerts(world)] == [clock.now, None]


async def test_what_was_left_open_does_not_stand_in_the_way(world: World, clock: MovedClock) -> None:
    """Given what nobody closed when the monitor was set back, then the new outage and alert replace it."""
    monitor = await world.monitor()
    await play(world, clock, monitor, [FAIL])
    async with world.site.database.transaction() as unit:
        await unit.execute(update(monitor_locations).values(failures_in_row=0, bad=False))
        await unit.execute(update(watchables).values(state=WatchState.NEW))

    await play(world, clock, monitor, [FAIL])

    again = START + timedelta(minutes=1)
    assert [row.resolved_at for row in await stored_outages(world)] == [again, None]
    assert [row.resolved_at for row in await stored_alerts(world)] == [again, None]


async def test_an_outage_outlives_its_runs_and_goes_with_its_monitor(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await play(world, clock, monitor, [PASS, FAIL])
    async with world.site.database.transaction() as unit:
        await unit.execute(delete(runs))
    assert (await the_outage(world, monitor)).cause_summary == WRONG_STATUS.message

    async with world.site.database.transaction() as unit:
        await unit.execute(delete(watchables).where(watchables.c.id == monitor.id))
    [row] = await world.site.database.rows(select(func.count()).select_from(outages))
    assert row[0] == 0
