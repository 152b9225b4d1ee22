"""What badges show of checks and monitors, on both databases, in one statement."""

import pytest

from app.ids import new_uuid
from app.rules.states import WatchState
from app.site import Site
from app.store.badges import BadgeFacts, by_badge_uuid
from tests.conftest import MovedClock
from tests.graphql_api.test_statements import counted
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


async def test_a_check_is_shown_as_it_is_at_this_moment(site: Site, world: World, clock: MovedClock) -> None:
    check = await world.check()

    for seconds, state in ((0, WatchState.UP), (60, WatchState.LATE), (30, WatchState.DOWN)):
        found = await by_badge_uuid(site.database, check.badge_uuid, clock.move(seconds=seconds))
        assert found == BadgeFacts(check.uuid, "backup", state)


async def test_a_monitor_is_shown_as_it_is_stored_and_never_late(site: Site, world: World, clock: MovedClock) -> None:
    for state in (WatchState.NEW, WatchState.UP, WatchState.DOWN):
        monitor = await world.monitor(str(state), state=state)
        await world.check(str(state))
        now = clock.move(days=1)

        with counted(site) as statements:
            found = await by_badge_uuid(site.database, monitor.badge_uuid, now)

        assert found == BadgeFacts(monitor.uuid, str(state), state)
        assert len(statements) == 1


async def test_what_nobody_has_is_no_badge(site: Site, world: World) -> None:
    check, monitor = await world.check(), await world.monitor()

    for uuid in (new_uuid(), check.uuid, monitor.uuid):
        assert await by_badge_uuid(site.database, uuid, world.now) is None
