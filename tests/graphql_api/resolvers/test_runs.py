"""What resolvers read of the runs of monitors, on both databases."""

import pytest

from app.errors import Foreign, NotFound
from app.models import Project
from app.rules.outcomes import Outcome
from app.site import Site
from app.store import projects
from app.store.monitors import MonitorRef
from app.store.runs import RunWindow
from graphql_api.context import Context
from graphql_api.resolvers import runs
from tests.conftest import caller_of
from tests.graphql_api.test_statements import counted
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


@pytest.fixture
async def reader(site: Site, world: World) -> Context:
    project = await projects.by_id(site.database, world.project_id)
    assert project is not None
    return Context(site=site, caller=caller_of(project), root="")


async def test_a_page_is_pinned_while_new_runs_arrive(world: World, reader: Context) -> None:
    monitor = await world.monitor()
    ids = [await world.run(monitor) for _ in range(5)]
    await world.call(ids[4], 1)
    ref = MonitorRef(id=monitor.id)

    first = await runs.run_page(reader, ref=ref, limit=2)
    await world.run(monitor)
    second = await runs.run_page(reader, ref=ref, limit=2, offset=2, at_most_id=first.at_most_id)

    assert ([run.id for run in first.runs], first.total, first.at_most_id) == ([ids[4], ids[3]], 5, ids[4])
    assert ([run.id for run in second.runs], second.total, second.at_most_id) == ([ids[2], ids[1]], 5, ids[4])
    assert {number: [call.step for call in calls] for number, calls in first.calls.items()} == {ids[4]: [1]}
    assert first.monitor.id == monitor.id


async def test_runs_that_were_not_measured_are_left_out_unless_asked_for(world: World, reader: Context) -> None:
    monitor = await world.monitor()
    ids = [await world.run(monitor, outcome) for outcome in (Outcome.FAIL, Outcome.ERROR, Outcome.SKIPPED)]
    ref = MonitorRef(id=monitor.id)

    page = await runs.run_page(reader, ref=ref, limit=9)
    whole = await runs.run_page(reader, ref=ref, limit=9, measured_only=False)

    assert ([run.id for run in page.runs], page.total, page.at_most_id) == (ids[:1], 1, ids[0])
    assert ([run.id for run in whole.runs], whole.total) == (ids[::-1], 3)


async def test_a_monitor_without_runs_has_an_empty_page(world: World, reader: Context) -> None:
    page = await runs.run_page(reader, ref=MonitorRef(id=(await world.monitor()).id), limit=9)

    assert (page.runs, page.calls, page.total, page.at_most_id) == ([], {}, 0, None)


async def test_a_longer_page_costs_no_more_statements(world: World, reader: Context) -> None:
    monitor = await world.monitor()
    for _ in range(5):
        await world.call(await world.run(monitor), 1)
    costs = []

    for limit in (1, 5):
        with counted(world.site) as statements:
            page = await runs.run_page(reader, ref=MonitorRef(id=monitor.id), limit=limit)
        assert len(page.calls) == limit
        costs.append(len(statements))

    assert costs == [5, 5]


async def test_a_run_is_read_with_its_calls_by_its_own_project_only(world: World, reader: Context, site: Site) -> None:
    monitor = await world.monitor()
    run_id = await world.run(monitor)
    await world.call(run_id, 1)
    async with site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=site.clock()))
    stranger = Context(site=site, caller=caller_of(other), root="")

    assert (await runs.run_get(reader, run_id=run_id)).id == run_id
    assert [call.step for call in await runs.run_calls(reader, run_id=run_id)] == [1]
    for who, number in ((stranger, run_id), (reader, run_id + 1)):
        with pytest.raises(NotFound):
            await runs.run_get(who, run_id=number)
    with pytest.raises(Foreign):
        await runs.run_page(stranger, ref=MonitorRef(id=monitor.id), limit=9)


async def test_runs_of_many_monitors_are_loaded_at_once(world: World, reader: Context) -> None:
    monitor = await world.monitor()
    first, second = [await world.run(monitor) for _ in range(2)]

    found = await runs.runs_of_monitor(reader, monitor_id=monitor.id, window=RunWindow(1))
    newest = await runs.last_run(reader, monitor_id=monitor.id)

    assert [run.id for run in found] == [second]
    assert newest is not None
    assert (newest.id, first < second) == (second, True)
