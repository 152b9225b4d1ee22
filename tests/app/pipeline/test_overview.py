"""An alert mail to a member of the project ends with its checks at a glance (section 12)."""

import pytest

from app.channels.message import Overview, OverviewLine
from app.pipeline import overview as overview_module
from app.pipeline.delivery import claim
from app.pipeline.overview import overview
from app.pipeline.watch import take_down_late
from app.rules.states import WatchState
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import MovedClock
from tests.graphql_api.test_statements import counted
from tests.world import World


async def glance(world: World, address: str = "ann@example.org"):
    return await overview(world.site.database, world.project_id, address, world.now)


async def test_a_member_is_shown_every_check_as_it_is_at_this_moment(world: World, clock: MovedClock) -> None:
    await world.user()
    for name, values in (("late", {}), ("due", {"grace": 1}), ("fresh", {"pinged": False}), ("off", {"paused": True})):
        await world.check(name, **values)
    pinged_at = clock.now
    clock.move(seconds=70)

    for address in ("ann@example.org", "Ann@Example.org"):
        found = await glance(world, address)
        assert found is not None
        assert not found.has_more
        assert [(line.name, line.state, line.heard_at) for line in found.lines] == [
            ("due", WatchState.DOWN, pinged_at),
            ("fresh", WatchState.NEW, None),
            ("late", WatchState.LATE, pinged_at),
            ("off", WatchState.LATE, pinged_at),
        ]
        assert [line.paused for line in found.lines] == [False, False, False, True]


async def test_monitors_are_shown_with_their_last_run(world: World, clock: MovedClock) -> None:
    await world.user()
    run_at = clock.now
    await world.monitor("shop", state=WatchState.DEGRADED, last_run_at=run_at)
    await world.monitor("web", paused=True)
    await world.check("xyz", pinged=False)

    found = await glance(world)

    assert found is not None
    shown = [(line.name, line.state, line.paused, line.is_monitor, line.heard_at) for line in found.lines]
    assert shown == [
        ("shop", WatchState.DEGRADED, False, True, run_at),
        ("web", WatchState.NEW, True, True, None),
        ("xyz", WatchState.NEW, False, False, None),
    ]


async def test_who_is_no_member_is_shown_nothing(world: World) -> None:
    await world.check()
    await world.user()

    assert await glance(world, "bob@example.org") is None


async def test_the_overview_is_bounded_and_one_statement(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.user()
    for name in "cab":
        await world.check(name)
    monkeypatch.setattr(overview_module, "MOST_LINES", 2)

    with counted(world.site) as statements:
        found = await glance(world)

    assert len(statements) == 1
    assert found is not None
    assert ([line.name for line in found.lines], found.has_more) == (["a", "b"], True)


async def test_mails_to_members_carry_it_and_other_messages_do_not(world: World, clock: MovedClock) -> None:
    await world.user("on-call@example.org")
    member, stranger = await world.email("on-call@example.org"), await world.email("stranger@example.org")
    hook = await world.webhook("http://127.0.0.1/down")
    check = await world.check()
    clock.move(minutes=5)
    await take_down_late(world.site)

    told = {}
    for row in await world.notifications():
        found = await claim(world.site, row.uuid, 0, no_json)
        assert found is not None
        told[row.channel_id] = found.message.overview

    line = OverviewLine(
        name="backup", state=WatchState.DOWN, paused=False, is_monitor=False, heard_at=check.last_ping_at
    )
    assert told == {member.id: Overview((line,), has_more=False), stranger.id: None, hook.id: None}
