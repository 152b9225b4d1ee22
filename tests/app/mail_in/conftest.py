"""A listener on this machine, a check to mail to, and a key."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiosmtplib
import pytest
from sqlalchemy import select

from app.mail_in.listener import mail_listener
from app.models.tables import pings
from app.pipeline.ingest import Ingest
from app.site import Site
from app.store.checks import CheckRecord
from tests.app.web.pings.ping_client import make_key
from tests.world import World, make_world

DOMAIN = "ping.example.org"
BOUNCES = "bounces.example.org"


@dataclass
class Post:
    """Speaks SMTP with the listener at this port."""

    world: World
    ingest: Ingest
    port: int
    stop: Any
    clients: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def client(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, local_hostname="test", start_tls=False)
        await self.clients.enter_async_context(client)
        await client.ehlo()
        return client

    async def send(
        self, *recipients: str, content: bytes = b"Subject: x\r\n\r\nx\r\n", sender: str = "job@example.org"
    ) -> aiosmtplib.SMTPResponse:
        """The answer to one mail's DATA, its recipients accepted."""
        client = await self.client()
        await client.mail(sender)
        for address in recipients:
            await client.rcpt(address)
        return await client.data(content)

    async def rcpt(self, address: str) -> str:
        """The answer to one recipient."""
        client = await self.client()
        await client.mail("job@example.org")
        return said(await client.execute_command(b"RCPT", f"TO:<{address}>".encode()))

    async def rows(self) -> list[Any]:
        statement = select(pings).order_by(pings.c.watchable_id, pings.c.number)
        return list(await self.world.site.database.rows(statement))


def said(answer: aiosmtplib.SMTPResponse) -> str:
    return f"{answer.code} {answer.message}"


@pytest.fixture
async def world(site: Site) -> World:
    settings = site.settings.model_copy(update={"ping_email_domain": DOMAIN, "mail_bounce_domain": BOUNCES})
    return await make_world(Site(settings, site.clock, site.database, site.vault))


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    ingest = Ingest(world.site)
    listener = socket.create_server(("127.0.0.1", 0))
    running = AsyncExitStack()
    await running.enter_async_context(mail_listener(world.site, ingest, listener))
    post = Post(world, ingest, listener.getsockname()[1], running.aclose)
    async with post.clients:
        yield post
    await ingest.close()
    await running.aclose()


@pytest.fixture
async def check(world: World) -> CheckRecord:
    return await world.check(pinged=False)


@pytest.fixture
async def key(world: World) -> str:
    return await make_key(world)
