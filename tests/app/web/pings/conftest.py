"""A client of the ping endpoint, a check to ping, and a key."""

from collections.abc import AsyncIterator

import pytest

from app.pipeline.ingest import Ingest
from app.site import Site
from app.store.checks import CheckRecord
from app.web.pings import PingEndpoint
from tests.app.web.pings.ping_client import PingClient, make_key
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


@pytest.fixture
async def client(world: World) -> AsyncIterator[PingClient]:
    ingest = Ingest(world.site)
    yield PingClient(world, PingEndpoint(ingest, world.site))
    await ingest.close()


@pytest.fixture
async def check(world: World) -> CheckRecord:
    return await world.check(pinged=False)


@pytest.fixture
async def key(world: World) -> str:
    return await make_key(world)
