"""What others write between two pings, the second one sees."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.db.engine import Database
from app.models.tables import api_keys, checks, pings, projects, watchables
from app.pipeline.ingest import Ingest, Receipt
from app.rules.states import PingKind, WatchState
from app.store import checks as check_store
from tests.app.pipeline.ingest.conftest import MakeSignal
from tests.world import World

POST_ONLY = update(checks).values(methods="POST")
NO_KEYS = delete(api_keys)
RENAMED = update(watchables).values(slug="renamed")
GONE = delete(watchables)
PAUSED = update(watchables).values(paused=True, state=WatchState.NEW)


async def write(world: World, statement: Any, *, outside: bool) -> None:
    """Write by another connection of this process, or as another process would."""
    database = Database(world.site.settings.resolved_database_url) if outside else world.site.database
    async with database.transaction() as unit:
        await unit.execute(statement)
    if outside:
        await database.close()


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize(
    ("statement", "receipt", "kinds"),
    [
        (POST_ONLY, Receipt.OK, [PingKind.SUCCESS, PingKind.IGNORED]),
        (NO_KEYS, Receipt.NOT_FOUND, [PingKind.SUCCESS]),
        (RENAMED, Receipt.NOT_FOUND, [PingKind.SUCCESS]),
        (GONE, Receipt.NOT_FOUND, []),
    ],
    ids=["settings", "key", "slug", "removal"],
)
async def test_a_change_between_two_pings_is_seen(
    world: World,
    ingest: Ingest,
    signal: MakeSignal,
    ping_key: str,
    statement: Any,
    receipt: Receipt,
    kinds: list[PingKind],
    *,
    outside: bool,
) -> None:
    # given
    check = await world.check(pinged=False)
    named = {"ping_key": ping_key, "slug": check.slug}
    assert await ingest.submit(signal(**named)) is Receipt.OK
    # when
    await write(world, statement, outside=outside)
    # then
    assert await ingest.submit(signal(**named)) is receipt
    rows = await world.site.database.rows(select(pings.c.kind).order_by(pings.c.number))
    assert [row.kind for row in rows] == kinds


@pytest.mark.parametrize("outside", [False, True])
async def test_a_pause_between_two_pings_is_seen(
    world: World, ingest: Ingest, signal: MakeSignal, *, outside: bool
) -> None:
    # given
    check = await world.check(pinged=False)
    await ingest.submit(signal(uuid=check.uuid))
    # when
    await write(world, PAUSED, outside=outside)
    await ingest.submit(signal(uuid=check.uuid))
    # then the ping resumes the check
    stored = await world.stored(check)
    assert (stored.paused, stored.state, stored.ping_count) == (False, WatchState.UP, 2)


async def test_a_new_twin_makes_a_slug_ambiguous(
    world: World, ingest: Ingest, signal: MakeSignal, ping_key: str
) -> None:
    # given
    check = await world.check(pinged=False)
    named = {"ping_key": ping_key, "slug": check.slug}
    assert await ingest.submit(signal(**named)) is Receipt.OK
    # when
    twin = await world.check(pinged=False)
    assert twin.slug == check.slug
    # then
    assert await ingest.submit(signal(**named)) is Receipt.AMBIGUOUS
    # and when it is gone
    async with world.site.database.transaction() as unit:
        await check_store.remove(unit, twin)
    # then
    assert await ingest.submit(signal(**named)) is Receipt.OK
    assert (await world.stored(check)).ping_count == 2


async def test_a_new_ping_limit_is_obeyed(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    check = await world.check(pinged=False, ping_count=98)
    await ingest.submit(signal(uuid=check.uuid))
    # when
    await write(world, update(projects).values(ping_limit=1), outside=False)
    await ingest.submit(signal(uuid=check.uuid))
    await ingest.close()
    # then
    rows = await world.site.database.rows(select(pings.c.number))
    assert [row.number for row in rows] == [100]


async def test_one_check_by_two_names_is_counted_once_each(
    world: World, ingest: Ingest, signal: MakeSignal, ping_key: str
) -> None:
    # given a check that is known by its uuid already
    check = await world.check(pinged=False)
    await ingest.submit(signal(uuid=check.uuid))
    # when
    by_slug, by_uuid = signal(ping_key=ping_key, slug=check.slug), signal(uuid=check.uuid)
    for each in (by_slug, by_uuid, by_slug):
        await ingest.submit(each)
    # then
    rows = await world.site.database.rows(select(pings.c.number).order_by(pings.c.number))
    assert [row.number for row in rows] == [1, 2, 3, 4]
