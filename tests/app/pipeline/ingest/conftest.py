"""Ingest over a small project, on both databases."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.pipeline.ingest import Ingest, Signal
from app.rules.states import PingKind
from app.security.keys import KeyRole
from app.store.keys import NewKey, add
from tests.world import World

MakeSignal = Callable[..., Signal]


@pytest.fixture
async def ingest(world: World) -> AsyncIterator[Ingest]:
    ingest = Ingest(world.site)
    yield ingest
    await ingest.close()


@pytest.fixture
def signal(world: World) -> MakeSignal:
    """Make a plain success of this moment; the arguments say what is different."""

    def make(**values: Any) -> Signal:
        return Signal(**{"received_at": world.now, "kind": PingKind.SUCCESS, "method": "GET", **values})

    return make


@pytest.fixture
async def ping_key(world: World) -> str:
    async with world.site.database.transaction() as unit:
        _, secret = await add(unit, world.site.vault, world.project_id, NewKey(KeyRole.PING), world.now)
    return secret
