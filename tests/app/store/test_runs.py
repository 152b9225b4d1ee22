"""Reading runs and their calls."""

from datetime import timedelta
from typing import Any

import pytest

from app.models import Project
from app.probes.result import Phase
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.runs.result import FailureKind, RecordedResponse, ValidationFailure
from app.site import Site
from app.store import locations, projects
from app.store import runs as store
from app.store.calls import packed_failures, packed_response, sealed_request
from app.store.runs import RunWindow
from tests.graphql_api.test_statements import counted
from tests.world import PHASES, World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


async def test_a_run_is_read_with_its_parts_and_calls(world: World) -> None:
    vault = world.site.vault
    monitor = await world.monitor()
    failed = {"failure_phase": Phase.VALIDATION, "failure_code": "VALIDATION_FAILED", "failure_message": "no"}
    run_id = await world.run(monitor, Outcome.FAIL, **failed)
    request, response = StepRequest("GET", "http://a"), RecordedResponse(200, (("A", "b"),), "body")
    failure = ValidationFailure(FailureKind.VALIDATION, "no")
    await world.call(run_id, 2)
    await world.call(
        run_id,
        1,
        outcome=Outcome.FAIL,
        status_code=200,
        template_name="home",
        request_encrypted=sealed_request(vault, request),
        response=packed_response(response),
        validation_failures=packed_failures([failure]),
    )

    found = await store.by_id(world.site.database, world.project_id, run_id)
    steps = (await store.calls_of(world.site.database, vault, [run_id]))[run_id]

    assert found is not None
    assert (found.outcome, found.phases, found.total_ms, found.download_bytes) == (Outcome.FAIL, PHASES, 6.75, 7)
    assert (found.failure_phase, found.failure_message) == (Phase.VALIDATION, "no")
    first, second = steps
    assert (first.step, first.status_code, first.template_name, first.phases) == (1, 200, "home", PHASES)
    assert (first.request, first.response, first.validation_failures) == (request, response, (failure,))
    assert (second.step, second.request, second.response, second.validation_failures) == (2, None, None, ())


async def test_a_run_of_another_project_is_not_found(world: World) -> None:
    run_id = await world.run(await world.monitor())
    async with world.site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=world.now))

    found = await store.by_id(world.site.database, world.project_id, run_id)

    assert found is not None
    assert await store.by_id(world.site.database, other.id, run_id) is None
    name = str(found.id)
    assert await store.by_names(world.site.database, other.id, [name]) == {}
    assert await store.by_names(world.site.database, world.project_id, [name]) == {name: found}


async def test_what_was_not_measured_is_left_out_where_it_must_not_be_seen(world: World) -> None:
    monitor, database = await world.monitor(), world.site.database
    ids = {outcome: await world.run(monitor, outcome) for outcome in Outcome}
    await world.run(await world.monitor("other"))
    measured = [ids[Outcome.FAIL], ids[Outcome.SLOW], ids[Outcome.PASS]]

    assert [one.id for one in await store.of_monitor(database, monitor.id, limit=9, measured_only=True)] == measured
    assert await store.newest_id(database, monitor.id, measured_only=True) == measured[0]
    assert await store.count(database, monitor.id, measured_only=True) == 3
    assert await store.newest_id(database, monitor.id) == ids[Outcome.SKIPPED]
    assert await store.count(database, monitor.id) == 5
    assert [one.id for one in await store.of_monitor(database, monitor.id, limit=9)] == sorted(
        ids.values(), reverse=True
    )


async def test_pages_are_pinned_by_the_highest_number(world: World) -> None:
    monitor, database = await world.monitor(), world.site.database
    ids = [await world.run(monitor) for _ in range(5)]

    page = await store.of_monitor(database, monitor.id, at_most_id=ids[3], limit=2, offset=2)

    assert [one.id for one in page] == [ids[1], ids[0]]
    assert await store.count(database, monitor.id, at_most_id=ids[3]) == 4
    assert await store.newest_id(database, 10**9) is None


async def test_windows_of_many_monitors_cost_one_statement(world: World) -> None:
    database = world.site.database
    monitors = [await world.monitor(name) for name in "ab"]
    ids = [[await world.run(monitor) for _ in range(3)] for monitor in monitors]

    with counted(world.site) as statements:
        found = await store.pages(database, [monitor.id for monitor in monitors], RunWindow(2, below=ids[1][2]))

    assert len(statements) == 1
    assert [one.id for one in found[monitors[0].id]] == [ids[0][2], ids[0][1]]
    assert [one.id for one in found[monitors[1].id]] == [ids[1][1], ids[1][0]]
    newest = await store.newest(database, [monitor.id for monitor in monitors])
    assert {number: one.id for number, one in newest.items()} == {
        monitor.id: part[2] for monitor, part in zip(monitors, ids, strict=True)
    }


async def test_a_window_shows_what_it_is_told(world: World) -> None:
    monitor, database = await world.monitor(), world.site.database
    place = (await locations.of_project(database, world.project_id))[1]
    early = await world.run(monitor, started_at=world.now - timedelta(hours=1))
    failed = await world.run(monitor, Outcome.FAIL)
    skipped = await world.run(monitor, Outcome.SKIPPED)
    there = await world.run(monitor, location_id=place.id)

    async def shown(**wanted: Any) -> list[int]:
        found = await store.pages(database, [monitor.id], RunWindow(9, **wanted))
        return [one.id for one in found.get(monitor.id, [])]

    assert await shown(since=world.now) == [there, skipped, failed]
    assert await shown(until=world.now) == [early]
    assert await shown(outcome=Outcome.FAIL) == [failed]
    assert await shown(location_id=place.id) == [there]
    assert await shown(measured_only=True) == [there, failed, early]
