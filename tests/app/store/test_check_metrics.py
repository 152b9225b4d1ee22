"""Samples of checks are of one project, in order, and as the checks are shown."""

from app.rules.states import WatchState
from app.site import Site
from app.store import check_metrics
from app.store.check_metrics import CheckSample
from app.store.projects import ProjectRecord
from tests.conftest import START, MovedClock
from tests.rest_compat.healthchecks.given import a_check, a_project


async def test_samples_are_of_the_project_alone_and_as_its_checks_are_shown(
    site: Site, project: ProjectRecord, clock: MovedClock
) -> None:
    late = await a_check(site, project, name="b", tags="x y", state=WatchState.UP, last_ping_at=START, period=60)
    running = await a_check(site, project, name="a", last_start_at=START, grace=600)
    paused = await a_check(site, project, paused=True)
    await a_check(site, await a_project(site))
    clock.move(seconds=60)

    found = await check_metrics.samples(site.database, project.id, clock.now)

    assert found == [
        CheckSample("b", "x y", late.unique_key, WatchState.LATE, running=False, paused=False),
        CheckSample("a", "", running.unique_key, WatchState.NEW, running=True, paused=False),
        CheckSample("", "", paused.unique_key, WatchState.NEW, running=False, paused=True),
    ]
