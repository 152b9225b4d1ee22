"""What went through the site, counted."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.models.tables import notifications
from app.pipeline.watch import take_down_late
from app.site import Site
from app.store.figures import Figures, figures
from tests.conftest import MovedClock
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


async def test_an_empty_site_has_nothing_to_count(site: Site):
    assert await figures(site.database) == Figures(None, None, 0)


async def test_checks_that_nobody_pinged_count_as_nothing(world: World):
    await world.check(pinged=False)

    assert (await figures(world.site.database)).pings is None


async def test_pings_of_all_checks_are_counted_and_flips_until_their_first_attempt(world: World, clock: MovedClock):
    # given two checks told to two channels each
    await world.email()
    await world.email("other@example.org")
    for count in (2_000_000_000, 2_000_000_007):
        await world.check(ping_count=count)

    # when both go down
    clock.now += timedelta(minutes=5)
    await take_down_late(world.site)

    # then each flip counts once, until all its channels were tried
    rows = await world.notifications()
    assert len(rows) == 4
    assert await figures(world.site.database) == Figures(4_000_000_007, rows[-1].id, 2)
    first = [row.id for row in rows if row.flip_id == rows[0].flip_id]
    for number, untold in zip(first, (2, 1), strict=True):
        async with world.site.database.transaction() as unit:
            await unit.execute(update(notifications).where(notifications.c.id == number).values(attempt=1))
        assert (await figures(world.site.database)).untold_flips == untold
