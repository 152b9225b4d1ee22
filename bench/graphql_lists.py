"""A GraphQL list of checks, over a plain REST endpoint that reads the same rows by the same statement."""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Executable
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from app.clock import system_clock
from app.db.engine import Database
from app.db.migrate import migrate
from app.db.reader import AnyRow
from app.models import Project
from app.security.keys import KeyRole, Vault
from app.settings import Settings
from app.site import Site
from app.store import check_pages, checks, keys
from app.store.check_pages import CheckFilter, CheckOrder
from app.store.keys import NewKey
from bench.ratio import Ratio, alternate
from bench.servers import postgresql
from graphql_api.view import graphql_routes

SIZES = (1000, 100)
FLOOR = 0.40
_REQUESTS = {1000: 20, 100: 100}
_FIELDS = {
    "name": "name",
    "slug": "slug",
    "description": "description",
    "paused": "paused",
    "grace": "grace",
    "manualResume": "manual_resume",
    "uniqueKey": "unique_key",
    "pingCount": "ping_count",
    "lastPingAt": "last_ping_at",
    "createdAt": "created_at",
}
_QUERY = "query($n: Int) { project { checks(first: $n) { edges { node { %s } } } } }"


class _Noted:
    """Notes the statement that it is given, and reads nothing."""

    statement: Executable

    async def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Note the statement."""
        self.statement = statement
        return []

    async def row(self, statement: Executable) -> AnyRow | None:
        """Note the statement."""
        self.statement = statement
        return None


def run() -> Iterator[Ratio]:
    """Measure both databases."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield from _measure("SQLite", f"sqlite:///{folder / 'graphql.sqlite3'}")
        with postgresql(folder) as url:
            yield from _measure("PostgreSQL", url)


def _measure(kind: str, url: str) -> Iterator[Ratio]:
    settings = Settings(database_url=url, secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, system_clock, Database(url), Vault(settings.site_secret))
    with asyncio.Runner() as runner:
        key, project_id = runner.run(_filled(site))
        gc.freeze()
        for size in SIZES:
            statement = runner.run(_statement(project_id, size))
            app = Starlette(routes=[_plain_route(site, statement), *graphql_routes(site)])
            query = {"query": _QUERY % " ".join(_FIELDS), "variables": {"n": size}}
            ours = partial(_ask, app, "POST", "/graphql", key, orjson.dumps(query))
            reference = partial(_ask, app, "GET", "/plain", key, b"")
            # Requests a second of each, so that more is better.
            value, graphql, plain = alternate(
                lambda ask=ours, size=size: 1 / runner.run(_seconds(ask, _REQUESTS[size])),  # type: ignore[misc]
                lambda ask=reference, size=size: 1 / runner.run(_seconds(ask, _REQUESTS[size])),  # type: ignore[misc]
            )
            detail = f"{graphql:.0f} over {plain:.0f} a second"
            yield Ratio(f"GraphQL list of {size} x {len(_FIELDS)} on {kind}", value, detail, at_least=FLOOR)
        runner.run(site.database.close())


async def _statement(project_id: int, size: int) -> Executable:
    """Return the statement by which the API reads such a list."""
    noted, now = _Noted(), system_clock()
    await check_pages.page(noted, project_id, CheckFilter(), CheckOrder(), now, after=None, limit=size + 1)
    return noted.statement


def _plain_route(site: Site, statement: Executable) -> Route:
    async def plain(_request: Request) -> Response:
        rows = await site.database.rows(statement)
        listed = [{name: getattr(row, column) for name, column in _FIELDS.items()} for row in rows]
        return Response(orjson.dumps(listed), media_type="application/json")

    return Route("/plain", plain)


async def _seconds(ask: Any, requests: int) -> float:
    started = perf_counter()
    for _ in range(requests):
        await ask()
    return (perf_counter() - started) / requests


async def _ask(app: Starlette, method: str, path: str, key: str, body: bytes) -> bytes:
    """Ask without a server between; RuntimeError when it is refused."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"x-api-key", key.encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    await app({**scope, "scheme": "http", "client": ("127.0.0.1", 1), "root_path": ""}, receive, send)
    content: bytes = sent[1]["body"]
    if sent[0]["status"] != 200 or b'"errors"' in content[:100]:  # noqa: PLR2004 - HTTP's own number
        raise RuntimeError(f"The list was refused: {content[:200]!r}")
    return content


async def _filled(site: Site) -> tuple[str, int]:
    """Make the checks; return a key that reads them, and their project's number."""
    await migrate(site.database)
    now = site.clock()
    async with site.database.transaction() as unit:
        project = Project(name="Bench", created_at=now)
        await unit.add(project)
        for number in range(max(SIZES)):
            check = checks.new_check(project.id or 0, f"check {number}", f"check-{number}", now)
            check.last_ping_at = now
            await checks.add(unit, check)
        key = (await keys.add(unit, site.vault, project.id or 0, NewKey(role=KeyRole.READ_WRITE), now))[1]
        return key, project.id or 0
