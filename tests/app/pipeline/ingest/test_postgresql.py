"""Several web processes on one PostgreSQL, and connections that break."""

import asyncio
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text, update

from app.db.engine import Database
from app.errors import Unavailable
from app.models.tables import checks, pings, watchables
from app.pipeline.ingest import Ingest, Receipt, postgresql_connection
from app.rules.states import PingKind, WatchState
from app.site import Site
from app.store import checks as check_store
from app.store.checks import CheckRecord, CheckRef
from tests.app.pipeline.ingest.conftest import MakeSignal
from tests.world import World

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def numbers(world: World, check_id: int) -> list[int]:
    statement = select(pings.c.number).where(pings.c.watchable_id == check_id).order_by(pings.c.number)
    return [row.number for row in await world.site.database.rows(statement)]


async def test_two_processes_number_without_gaps_and_never_deadlock(
    world: World, ingest: Ingest, signal: MakeSignal, database_url: str
) -> None:
    # given two ingests that write the same checks, in opposite orders
    second_site = Site(world.site.settings, world.site.clock, Database(database_url), world.site.vault)
    second = Ingest(second_site)
    several = [await world.check(f"c{number}", pinged=False) for number in range(8)]
    # when
    receipts = await asyncio.gather(
        *(ingest.submit(signal(uuid=check.uuid)) for _ in range(60) for check in several),
        *(second.submit(signal(uuid=check.uuid)) for _ in range(60) for check in reversed(several)),
    )
    await second.close()
    await second_site.database.close()
    # then
    assert receipts == [Receipt.OK] * 960
    for check in several:
        assert await numbers(world, check.id) == list(range(1, 121))
        assert (await world.stored(check)).ping_count == 120


class Statements:
    """Counts the statements that the driver sends, by their first word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        for name in ("execute", "fetch"):
            monkeypatch.setattr(asyncpg.Connection, name, self._counted(getattr(asyncpg.Connection, name)))

    def _counted(self, real: Any) -> Any:
        async def call(connection: Any, statement: str, *arguments: Any, **options: Any) -> Any:
            self.sent.append(statement.split(maxsplit=1)[0])
            return await real(connection, statement, *arguments, **options)

        return call


async def test_a_batch_of_known_checks_is_one_statement(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two checks that are UP and known
    several = [await world.check("a"), await world.check("b")]
    for check in several:
        await ingest.submit(signal(uuid=check.uuid))
    # when
    statements = Statements(monkeypatch)
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for _ in range(10) for check in several))
    # then
    assert statements.sent == ["WITH"]
    for check in several:
        assert await numbers(world, check.id) == list(range(2, 13))


async def test_what_another_process_wrote_is_noticed_by_the_one_statement(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two known checks, one of which is then pinged elsewhere
    several = [await world.check("a"), await world.check("b")]
    for check in several:
        await ingest.submit(signal(uuid=check.uuid))
    elsewhere = Ingest(world.site)
    await elsewhere.submit(signal(uuid=several[1].uuid))
    # when
    statements = Statements(monkeypatch)
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for check in several))
    await elsewhere.close()
    # then it stored nothing, and all was read and written anew
    assert statements.sent[:5] == ["WITH", "BEGIN", "SELECT", "WITH", "COMMIT"]
    assert await numbers(world, several[0].id) == [2, 3]
    assert await numbers(world, several[1].id) == [2, 3, 4]


@pytest.mark.parametrize("table", ["checks", "watchables", "projects"])
async def test_a_write_that_is_under_way_is_waited_for_and_noticed(
    world: World, ingest: Ingest, signal: MakeSignal, table: str
) -> None:
    # given a known check, and a transaction that holds it and writes one of its rows
    check = await world.check()
    await ingest.submit(signal(uuid=check.uuid))
    async with world.site.database.transaction() as unit:
        await unit.execute(text("SELECT 1 FROM checks FOR UPDATE"))
        await unit.execute(text("UPDATE checks SET methods = 'POST'"))
        column = {"checks": "grace = 7", "watchables": "name = 'x'", "projects": "ping_limit = 7"}[table]
        await unit.execute(text(f"UPDATE {table} SET {column}"))
        # when
        waiting = asyncio.create_task(ingest.submit(signal(uuid=check.uuid)))
        await asyncio.sleep(0.1)
        assert not waiting.done()
    # then the ping is judged by what was written
    assert await waiting is Receipt.OK
    rows = await world.site.database.rows(select(pings.c.kind).order_by(pings.c.number))
    assert [row.kind for row in rows] == [PingKind.SUCCESS, PingKind.IGNORED]


async def test_a_statement_whose_end_nobody_saw_is_never_acknowledged(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    check = await world.check()
    await ingest.submit(signal(uuid=check.uuid))
    Interrupted(monkeypatch, "WITH fresh", asyncpg.ConnectionDoesNotExistError("gone"), times=1)
    # when
    with pytest.raises(Unavailable, match="did not confirm"):
        await ingest.submit(signal(uuid=check.uuid))
    # then
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    assert await numbers(world, check.id) == [2, 3]


async def test_a_deadlock_of_the_one_statement_is_repeated(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    check = await world.check()
    await ingest.submit(signal(uuid=check.uuid))
    Interrupted(monkeypatch, "WITH fresh", asyncpg.DeadlockDetectedError("deadlock"), times=1)
    # when, then
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    assert await numbers(world, check.id) == [2, 3]


async def test_a_ping_waits_for_who_changes_its_check_and_goes_on_from_there(
    world: World, ingest: Ingest, signal: MakeSignal
) -> None:
    # given another process in the middle of recording the fifth ping, which took the check down
    check = await world.check()
    async with world.site.database.transaction() as unit:
        await unit.execute(update(checks).values(ping_count=5))
        await unit.execute(update(watchables).values(state=WatchState.DOWN))
        # when
        waiting = asyncio.create_task(ingest.submit(signal(uuid=check.uuid)))
        await asyncio.sleep(0.1)
        assert not waiting.done()
    # then
    assert await waiting is Receipt.OK
    assert await numbers(world, check.id) == [6]
    assert [flip.from_state for flip in await world.flips()] == [WatchState.DOWN]


async def test_a_flip_is_decided_on_the_newest_state(
    world: World, ingest: Ingest, signal: MakeSignal, database_url: str
) -> None:
    # given two processes that fail and revive one check by turns, all at once
    await world.email()
    second_site = Site(world.site.settings, world.site.clock, Database(database_url), world.site.vault)
    second = Ingest(second_site)
    check = await world.check()
    # when
    kinds = (PingKind.FAIL, PingKind.SUCCESS)
    await asyncio.gather(
        *(
            (ingest if number % 3 else second).submit(signal(uuid=check.uuid, kind=kinds[number % 2]))
            for number in range(200)
        )
    )
    await second.close()
    await second_site.database.close()
    # then every flip starts where the one before ended
    flips = await world.flips()
    assert all(later.from_state is earlier.to_state for earlier, later in pairwise(flips))
    assert len(await world.notifications()) == len(flips)


async def test_a_lost_connection_loses_no_ping(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    check = await world.check(pinged=False)
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    # when the server drops the connection between two pings
    async with world.site.database.transaction() as unit:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await unit.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    # then
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    assert await numbers(world, check.id) == [1, 2]


class Interrupted:
    """Lets the driver fail at statements that hold a word, as often as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, word: str, error: Exception, *, times: int) -> None:
        self.left = times
        for name in ("execute", "fetch"):
            monkeypatch.setattr(asyncpg.Connection, name, self._wrapped(getattr(asyncpg.Connection, name), word, error))

    def _wrapped(self, real: Any, word: str, error: Exception) -> Any:
        async def call(connection: Any, statement: str, *arguments: Any, **options: Any) -> Any:
            if word in statement and self.left:
                self.left -= 1
                raise error
            return await real(connection, statement, *arguments, **options)

        return call


@pytest.mark.parametrize(
    "error",
    [asyncpg.DeadlockDetectedError("deadlock"), asyncpg.ConnectionDoesNotExistError("gone"), TimeoutError("late")],
    ids=["deadlock", "connection", "timeout"],
)
async def test_a_transient_failure_is_repeated_once(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    # given
    check = await world.check(pinged=False)
    Interrupted(monkeypatch, "UPDATE checks", error, times=1)
    # when, then
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    assert await numbers(world, check.id) == [1]


async def test_a_failure_that_stays_is_told(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    check = await world.check(pinged=False)
    Interrupted(monkeypatch, "UPDATE checks", asyncpg.ConnectionDoesNotExistError("gone"), times=2)
    # when
    with pytest.raises(Unavailable):
        await ingest.submit(signal(uuid=check.uuid))
    # then
    assert await numbers(world, check.id) == []
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK


async def test_a_commit_that_nobody_confirms_is_never_acknowledged(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    check = await world.check(pinged=False)
    interrupted = Interrupted(monkeypatch, "COMMIT", asyncpg.ConnectionDoesNotExistError("gone"), times=1)
    # when
    with pytest.raises(Unavailable, match="did not confirm"):
        await ingest.submit(signal(uuid=check.uuid))
    # then it was not tried again, since it may have happened
    assert interrupted.left == 0
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK


async def test_a_lock_that_is_held_too_long_refuses(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a transaction that keeps the check
    monkeypatch.setattr(postgresql_connection, "_SETTINGS", "SET lock_timeout = '100ms'")
    check = await world.check(pinged=False)
    async with world.site.database.transaction() as unit:
        await unit.execute(text("SELECT 1 FROM checks FOR UPDATE"))
        # when
        with pytest.raises(Unavailable):
            await ingest.submit(signal(uuid=check.uuid))
    # then
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    assert await numbers(world, check.id) == [1]


async def test_a_removal_at_the_same_time_ends_well(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    several = [await world.check(f"c{number}", pinged=False) for number in range(6)]

    async def remove(check: CheckRecord) -> None:
        async with world.site.database.transaction() as unit:
            found = await check_store.find(unit, world.project_id, CheckRef(uuid=check.uuid), lock=True)
            await check_store.remove(unit, found)

    # when
    outcomes = await asyncio.gather(
        *(ingest.submit(signal(uuid=check.uuid)) for _ in range(30) for check in several),
        *(remove(check) for check in several[:3]),
    )
    # then
    assert {outcome for outcome in outcomes if outcome is not None} <= {Receipt.OK, Receipt.NOT_FOUND}
    for check in several[:3]:
        assert await numbers(world, check.id) == []
    for check in several[3:]:
        assert await numbers(world, check.id) == list(range(1, 31))
