"""A limit holds for all processes together, and keeps no name in the clear."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.tables import token_buckets
from app.pipeline.limits import FORGOTTEN_AFTER, forget_full, take
from app.rules.limits import Flowing
from app.site import Site
from tests.conftest import MovedClock

SIX_A_MINUTE = Flowing(capacity=6, per=timedelta(minutes=1))


async def taken(site: Site, name: str = "chat") -> bool:
    async with site.database.transaction() as unit:
        return await take(unit, site.vault, name, SIX_A_MINUTE, site.clock())


async def test_what_is_used_up_comes_back_with_time(site: Site, clock: MovedClock) -> None:
    assert [await taken(site) for _ in range(8)] == [True] * 6 + [False] * 2
    clock.move(seconds=9.9)
    assert await taken(site) is False
    clock.move(seconds=0.1)
    assert [await taken(site), await taken(site)] == [True, False]


async def test_many_at_once_take_no_more_than_there_is(site: Site) -> None:
    found = await asyncio.gather(*(taken(site) for _ in range(20)))

    assert found.count(True) == 6


async def test_each_name_has_a_limit_of_its_own_and_none_is_stored_in_the_clear(site: Site) -> None:
    assert [await taken(site, name) for name in ["+15550001"] * 6 + ["+15550002"]] == [True] * 7

    names = [row.name for row in await site.database.rows(select(token_buckets.c.name))]
    assert len(names) == 2
    assert not any("555" in name and len(name) < 64 for name in names)


async def test_what_a_transaction_took_that_failed_is_left(site: Site) -> None:
    for _ in range(7):
        with pytest.raises(ZeroDivisionError):
            async with site.database.transaction() as unit:
                assert await take(unit, site.vault, "chat", SIX_A_MINUTE, site.clock()) / 0

    assert await taken(site)


async def test_limits_that_are_whole_again_are_forgotten(site: Site, clock: MovedClock) -> None:
    await taken(site, "old")
    clock.now += FORGOTTEN_AFTER
    await taken(site, "new")
    clock.move(seconds=1)

    await forget_full(site)

    assert len(await site.database.rows(select(token_buckets.c.name))) == 1
