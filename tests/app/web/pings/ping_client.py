"""A client of the ping URLs of a small project."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from app.models.tables import pings
from app.security.keys import KeyRole
from app.store.checks import CheckRecord
from app.store.keys import NewKey, add
from tests.world import World


@dataclass
class PingClient:
    """Sends requests straight to the endpoint; `peer` is the address that they seem to come from."""

    world: World
    endpoint: Any

    async def send(
        self, path: str, method: str = "GET", *, peer: str = "127.0.0.1", **arguments: Any
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.endpoint, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.request(method, path, **arguments)

    async def rows(self, check: CheckRecord | None = None) -> Sequence[Any]:
        statement = select(pings).order_by(pings.c.watchable_id, pings.c.number)
        if check is not None:
            statement = statement.where(pings.c.watchable_id == check.id)
        return await self.world.site.database.rows(statement)


async def make_key(world: World, role: KeyRole = KeyRole.PING, **terms: Any) -> str:
    async with world.site.database.transaction() as unit:
        _, secret = await add(unit, world.site.vault, world.project_id, NewKey(role, **terms), world.now)
    return secret
