"""Fixtures of the workers' tests: brokers of each kind, a mailbox, and a worker that is stopped in the end."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass

import dramatiq
import pytest
from pydantic import SecretStr

from app.pipeline.renderers import Renderers
from app.settings import Settings
from app.site import Site
from tests.workers.servers import RABBITMQ, Mailbox, rabbitmq_server, redis_server
from tests.world import World, make_world
from workers.broker import close_broker, make_broker
from workers.outlet import Outlet
from workers.running import Workers

WAIT_SECONDS = 20


no_json = Renderers(lambda _check, _told, _now: "{}")
"""Writers of JSON for tests that do not look at it."""


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that happens in another thread or process."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await holds():  # noqa: ASYNC110 - the other side is a database, which sets no event of ours
            await asyncio.sleep(0.01)


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox) -> Settings:
    """The site's settings, with a mail server."""
    return settings.model_copy(update={"smtp_url": SecretStr(mailbox.url), "mail_from": "Helio <helio@example.org>"})


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not RABBITMQ.exists():
        pytest.skip("rabbitmq-server is not installed")
    with rabbitmq_server(tmp_path_factory.mktemp("rabbitmq")) as url:
        yield url


@pytest.fixture(params=["memory", "redis", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """Where a broker of each kind listens."""
    return "memory://" if request.param == "memory" else request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def broker(broker_url: str) -> Iterator[dramatiq.Broker]:
    """A broker of each kind, with empty queues."""
    broker = make_broker(broker_url)
    if broker_url != "memory://":
        broker.flush_all()
    yield broker
    close_broker(broker)


@dataclass
class Machine:
    """A world whose messages reach a worker."""

    world: World
    outlet: Outlet
    workers: Workers


@asynccontextmanager
async def running(world: World, broker: dramatiq.Broker, renderers: Renderers = no_json) -> AsyncIterator[Machine]:
    """Let messages of the world's database be worked on."""
    async with AsyncExitStack() as stack:
        outlet = stack.enter_context(closing(Outlet(broker)))
        workers = await stack.enter_async_context(Workers(world.site, broker, renderers))
        world.site.database.deliver = outlet
        yield Machine(world, outlet, workers)
        world.site.database.deliver = world.sent.extend
