"""Actors reach the database through the home loop (DESIGN section 3, loops)."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.models.tables import projects
from tests.workers.conftest import no_json
from tests.world import World
from workers import home as home_module
from workers.home import Home


@pytest.fixture
def other_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop in a thread of its own, as Dramatiq has one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def elsewhere(loop: asyncio.AbstractEventLoop, work):
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


async def test_work_from_another_loop_runs_on_the_home_loop(world: World, other_loop) -> None:
    home = Home.here(world.site, no_json)
    seen = []

    async def count() -> str:
        seen.append(asyncio.get_running_loop())
        async with world.site.database.transaction() as unit:
            row = await unit.row(select(projects.c.name))
        assert row is not None
        return row.name

    assert await elsewhere(other_loop, home.at_home(count())) == "Ship"
    assert seen == [asyncio.get_running_loop()]


async def test_errors_come_back_to_who_asked(world: World, other_loop) -> None:
    home = Home.here(world.site, no_json)

    async def fail() -> None:
        raise LookupError("no such row")

    with pytest.raises(LookupError, match="no such row"):
        await elsewhere(other_loop, home.at_home(fail()))


async def test_work_that_takes_too_long_is_cancelled_at_home(world: World, other_loop, monkeypatch) -> None:
    monkeypatch.setattr(home_module, "AT_HOME_SECONDS", 0.01)
    home = Home.here(world.site, no_json)
    cancelled = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        await elsewhere(other_loop, home.at_home(hang()))
    await asyncio.wait_for(cancelled.wait(), 10)


async def test_a_home_that_is_closed_is_an_error_and_not_a_wait(world: World) -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    here = Home.here(world.site, no_json)
    closed = Home(here.site, here.gateway, here.renderers, loop)

    async def nothing() -> None:
        return None

    with pytest.raises(RuntimeError):
        await closed.at_home(nothing())


async def test_the_gateway_follows_the_settings(world: World, mailbox) -> None:
    gateway = Home.here(world.site, no_json).gateway

    assert gateway.mail_server is not None
    assert f"smtp://{gateway.mail_server.host}:{gateway.mail_server.port}" == mailbox.url
    assert (gateway.mail_from, gateway.site_root) == ("Helio <helio@example.org>", "http://testserver")
    assert gateway.allow_private is True
    assert gateway.clock() == world.now
