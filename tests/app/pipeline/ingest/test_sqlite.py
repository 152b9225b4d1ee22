"""Other writers of the same SQLite file delay pings; they never freeze the loop, and never lose one."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select, update

from app.db import loop_connection
from app.db.commit_thread import CommitThread
from app.errors import Unavailable
from app.models.tables import pings, projects
from app.pipeline.ingest import Ingest, Receipt
from tests.app.pipeline.ingest.conftest import MakeSignal
from tests.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OTHER_PROCESS = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE projects SET name = 'written by another process'")
print("holding", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("COMMIT")
"""
HELD_SECONDS = 1.5


@asynccontextmanager
async def another_process_writing(world: World, seconds: float) -> AsyncIterator[None]:
    path = world.site.database.url.database
    assert path is not None
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER_PROCESS, path, str(seconds), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"holding\n"
    yield
    assert await process.wait() == 0


async def turns(stop: asyncio.Event) -> int:
    """Return how often the loop gave a turn to a task that asked for one every millisecond."""
    count = 0
    while not stop.is_set():
        await asyncio.sleep(0.001)
        count += 1
    return count


async def test_another_writing_process_never_freezes_the_loop(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    check = await world.check(pinged=False)
    stop = asyncio.Event()
    async with another_process_writing(world, HELD_SECONDS):
        counting = asyncio.create_task(turns(stop))
        receipts = await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for _ in range(50)))
        stop.set()
    assert receipts == [Receipt.OK] * 50
    assert (await world.stored(check)).ping_count == 50
    # A connection that waits inside SQLite would leave two or three; `make bench` measures how long each took.
    assert await counting > 30


async def test_pings_that_wait_too_long_are_refused(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    monkeypatch.setattr(loop_connection, "BUSY_SECONDS", 0.1)
    check = await world.check(pinged=False)
    # when
    async with another_process_writing(world, HELD_SECONDS):
        outcomes = await asyncio.gather(
            *(ingest.submit(signal(uuid=check.uuid)) for _ in range(3)), return_exceptions=True
        )
    # then
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    assert (await world.stored(check)).ping_count == 1


async def test_writers_of_this_process_take_turns(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given a transaction of a request that is still open
    check = await world.check(pinged=False)
    async with world.site.database.transaction() as unit:
        await unit.execute(update(projects).values(name="changed"))
        # when
        waiting = asyncio.create_task(ingest.submit(signal(uuid=check.uuid)))
        await asyncio.sleep(0.05)
        # then
        assert not waiting.done()
    assert await waiting is Receipt.OK


async def test_a_failed_disk_loses_what_was_not_acknowledged_alone(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    check = await world.check(pinged=False)
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    real_run = CommitThread.run

    async def fail(_self: CommitThread, _commit: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    # when
    monkeypatch.setattr(CommitThread, "run", fail)
    with pytest.raises(Unavailable, match="disk I/O error"):
        await ingest.submit(signal(uuid=check.uuid))
    monkeypatch.setattr(CommitThread, "run", real_run)
    # then
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    rows = await world.site.database.rows(select(pings.c.number).order_by(pings.c.number))
    assert [row.number for row in rows] == [1, 2]


async def test_commits_are_synced(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    check = await world.check(pinged=False)
    await ingest.submit(signal(uuid=check.uuid))
    # when
    connection = ingest._writer._connection._connection
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
    }
    # then
    assert settings == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 0}


async def test_a_cancelled_runner_leaves_a_whole_database(world: World, signal: MakeSignal) -> None:
    # given
    ingest = Ingest(world.site)
    check = await world.check(pinged=False)
    tasks = [asyncio.create_task(ingest.submit(signal(uuid=check.uuid))) for _ in range(20)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    # when the loop is torn down in the middle of it
    assert ingest._runner is not None
    ingest._runner.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    # then every ping is answered, and who was told OK is on disk
    assert all(outcome is Receipt.OK or isinstance(outcome, Unavailable) for outcome in outcomes)
    assert (await world.stored(check)).ping_count in {0, 20}
    assert await ingest.submit(signal(uuid=check.uuid)) is Receipt.OK
    await ingest.close()
