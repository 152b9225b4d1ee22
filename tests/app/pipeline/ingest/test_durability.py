"""Nothing is acknowledged before its commit."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from app.db.commit_thread import CommitThread
from app.models.tables import pings
from app.pipeline.ingest import Ingest, Receipt
from app.pipeline.ingest.postgresql_connection import DriverConnection
from tests.app.pipeline.ingest.conftest import MakeSignal
from tests.world import World


async def test_no_answer_before_the_commit(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a disk that takes its time
    committer: Any = CommitThread if world.site.database.is_sqlite else DriverConnection
    name = "run" if world.site.database.is_sqlite else "_commit"
    real_commit = getattr(committer, name)
    reached, allowed = asyncio.Event(), asyncio.Event()

    async def slow_commit(self: Any, asked: Any) -> None:
        reached.set()
        await allowed.wait()
        await real_commit(self, asked)

    monkeypatch.setattr(committer, name, slow_commit)
    check = await world.check(pinged=False)
    # when all statements are through
    task = asyncio.create_task(ingest.submit(signal(uuid=check.uuid)))
    await reached.wait()
    await asyncio.sleep(0.02)
    # then nobody sees the ping and nobody is told that it is kept
    assert not task.done()
    assert await world.site.database.rows(select(pings)) == []
    allowed.set()
    assert await task is Receipt.OK
    assert len(await world.site.database.rows(select(pings))) == 1
