"""What messages say of a monitor whose runs took it down and up again (specs/apiscience.md section 13)."""

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select

from app.channels.message import AlertEvent, AlertMessage, FailedCall, MonitorFacts, RunGlance, WireObjects
from app.models.tables import flips, outages, runs
from app.pipeline.facts import flip_message
from app.pipeline.reminding import remind
from app.pipeline.renderers import Renderers
from app.rules.outcomes import ProbeKind
from app.rules.states import WatchState
from app.rules.steps import StepRequest
from app.store import locations, tags
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import (
    FAIL,
    PASS,
    PHASES,
    TOOK,
    WRONG_STATUS,
    call_result,
    probe_everywhere,
    run,
    stored_runs,
)
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import START, MovedClock
from tests.world import PLAIN_STEP, World

MINUTE = timedelta(minutes=1)
SECRETIVE = StepRequest("POST", "https://ann:s3cret@shop.example.org:8443/login?token=s3cret#s3cret", body="s3cret")


async def goes_down(world: World, clock: MovedClock, monitor: MonitorRecord) -> None:
    """Let a monitor pass, and fail a minute later at its second step."""
    await run(world, monitor, PASS, calls=[call_result(PASS, world.now, step=step) for step in (1, 2)])
    clock.move(minutes=1)
    failed = call_result(FAIL, world.now, step=2, template_name="log in", request=SECRETIVE)
    await run(world, monitor, FAIL, calls=[call_result(PASS, world.now, step=1), failed])


async def comes_up(world: World, clock: MovedClock, monitor: MonitorRecord) -> None:
    clock.move(minutes=4)
    await run(world, monitor, PASS)


async def told(world: World, event: AlertEvent, renderers: Renderers = no_json, **how: bool) -> AlertMessage:
    """Return what is told of the newest flip down, or up."""
    state = WatchState.UP if event is AlertEvent.UP else WatchState.DOWN
    newest = select(flips.c.id).where(flips.c.to_state == state).order_by(flips.c.id.desc())
    row = await world.site.database.row(newest)
    assert row is not None
    message = await flip_message(world.site, event, row.id, renderers, **how)
    assert message is not None
    return message


async def names_of_places(world: World, monitor: MonitorRecord) -> list[str]:
    places = (await locations.of_monitors(world.site.database, [monitor.id]))[monitor.id]
    return [place.name for place in places]


def facts(message: AlertMessage) -> MonitorFacts:
    assert isinstance(message.subject, MonitorFacts)
    return message.subject


async def test_down_names_the_cause_the_failed_call_and_the_runs_that_show_it(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(steps=(PLAIN_STEP, replace(PLAIN_STEP, name="log in")))
    async with world.site.database.transaction() as unit:
        await tags.retag(unit, world.project_id, monitor.id, ["web shop"])
    await goes_down(world, clock, monitor)

    message = await told(world, AlertEvent.DOWN)

    [name] = await names_of_places(world, monitor)
    assert (message.name, message.uuid, message.tags, message.project) == ("shop", monitor.uuid, ("web shop",), "Ship")
    assert (message.changed_at, message.downtime) == (START + MINUTE, None)
    assert message.url == f"http://testserver/graphql?monitor={monitor.uuid}"
    assert message.subject == MonitorFacts(
        address="",
        steps=2,
        cause=f"log in: {WRONG_STATUS.message}",
        locations=(name,),
        failed_call=FailedCall(
            2, "log in", "POST", "https://shop.example.org:8443/login", 500, (WRONG_STATUS.message,)
        ),
        run=RunGlance(START + MINUTE - TOOK, name, (200, 500), PHASES, PHASES.total_ms),
        good_run=RunGlance(START - TOOK, name, (200, 200), PHASES, PHASES.total_ms),
    )
    assert "s3cret" not in repr(message)


async def test_up_names_the_downtime_the_cause_that_was_and_the_run_that_passed(
    world: World, clock: MovedClock
) -> None:
    monitor = await world.monitor()
    await goes_down(world, clock, monitor)
    await comes_up(world, clock, monitor)

    message = await told(world, AlertEvent.UP)

    up = facts(message)
    assert message.downtime == timedelta(minutes=4)
    assert up.cause == f"log in: {WRONG_STATUS.message}"
    assert (up.locations, up.failed_call, up.good_run) == ((), None, None)
    assert up.run is not None
    assert (up.run.at, up.run.statuses) == (START + 5 * MINUTE - TOOK, (200,))


async def test_a_message_that_is_late_tells_of_its_own_outage(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await goes_down(world, clock, monitor)
    first = await told(world, AlertEvent.DOWN)
    await comes_up(world, clock, monitor)
    clock.move(minutes=1)
    await run(world, monitor, FAIL)

    before, again = await told_of_each(world)

    assert before.subject == first.subject
    assert facts(again).cause == WRONG_STATUS.message
    assert facts(again).good_run != facts(before).good_run


async def told_of_each(world: World) -> list[AlertMessage]:
    downs = [row.id for row in await world.flips() if row.to_state is WatchState.DOWN]
    found = [await flip_message(world.site, AlertEvent.DOWN, number, no_json) for number in downs]
    return [message for message in found if message is not None]


async def test_every_place_that_found_it_down_is_named_and_later_those_that_still_do(
    world: World, clock: MovedClock
) -> None:
    monitor = await world.monitor(places=3, locations_down=2, remind_every=3600)
    await probe_everywhere(world, monitor)
    clock.move(seconds=10)
    for place, outcome in enumerate((FAIL, PASS, FAIL)):
        await run(world, monitor, outcome, place)
    names = await names_of_places(world, monitor)

    down = facts(await told(world, AlertEvent.DOWN))

    assert down.locations == (names[0], names[2])
    assert down.cause.startswith("2 of 3 locations: ")


async def test_a_reminder_tells_how_long_it_is_down_and_of_what_is_up_again_nothing(
    world: World, clock: MovedClock
) -> None:
    await world.webhook("http://127.0.0.1/down")
    monitor = await world.monitor(remind_every=300)
    await goes_down(world, clock, monitor)
    clock.move(minutes=5)

    assert await remind(world.site) == 1

    [_, reminder] = await world.notifications()
    assert reminder.event is AlertEvent.REMINDER
    message = await told(world, AlertEvent.REMINDER)
    assert message.downtime == timedelta(minutes=5)
    assert facts(message).locations != ()
    await comes_up(world, clock, monitor)
    assert await flip_message(world.site, AlertEvent.REMINDER, reminder.flip_id, no_json) is None


async def test_what_is_no_longer_kept_is_not_told(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await goes_down(world, clock, monitor)
    async with world.site.database.transaction() as unit:
        await unit.execute(delete(runs))
    without_runs = facts(await told(world, AlertEvent.DOWN))
    async with world.site.database.transaction() as unit:
        await unit.execute(delete(outages))
    without_outage = facts(await told(world, AlertEvent.DOWN))

    assert (without_runs.run, without_runs.good_run, without_runs.failed_call) == (None, None, None)
    assert without_runs.cause == f"log in: {WRONG_STATUS.message}"
    assert (without_outage.cause, without_outage.locations) == ("", ())


async def test_json_of_a_monitor_has_no_credentials(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(kind=ProbeKind.HTTP, address=SECRETIVE.href, steps=())
    await goes_down(world, clock, monitor)

    message = await told(world, AlertEvent.DOWN)

    said = json.loads(message.json)
    assert (said["id"], said["uuid"], said["name"], said["state"]) == (monitor.id, monitor.uuid, "shop", "DOWN")
    assert (said["kind"], said["tags"], said["address"]) == ("HTTP", [], "https://shop.example.org:8443/login")
    assert (said["state_since"], said["last_run_at"]) == ("2026-03-01T12:01:00Z", "2026-03-01T12:00:59.960000Z")
    assert facts(message).steps == 1
    assert "s3cret" not in message.json


async def test_objects_are_written_for_those_who_want_them_of_the_run_that_decided(
    world: World, clock: MovedClock
) -> None:
    async def written(shown: MonitorRecord, run_id: int | None) -> WireObjects:
        return WireObjects(str(shown.id), str(run_id))

    renderers = replace(no_json, monitor_objects=written)
    monitor = await world.monitor()
    await goes_down(world, clock, monitor)
    await comes_up(world, clock, monitor)

    _, failed, passed = await stored_runs(world)
    down = await told(world, AlertEvent.DOWN, renderers, with_objects=True)
    up = await told(world, AlertEvent.UP, renderers, with_objects=True)
    assert down.objects == WireObjects(str(monitor.id), str(failed.id))
    assert up.objects == WireObjects(str(monitor.id), str(passed.id))
    assert (await told(world, AlertEvent.UP, renderers)).objects is None


async def test_checks_and_monitors_are_named_together_among_what_else_is_down(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor()
    await world.check("backup", state=WatchState.DOWN)
    await world.monitor("api", state=WatchState.DOWN)
    await goes_down(world, clock, monitor)

    assert (await told(world, AlertEvent.DOWN)).others_down == ("api", "backup")
