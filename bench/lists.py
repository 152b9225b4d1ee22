"""A Healthchecks list of 1000 checks, over orjson dumping the same dicts in the same process."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from timeit import timeit
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.types import Message

from app.clock import system_clock
from app.db.engine import Database
from app.db.migrate import migrate
from app.models import Channel, Contact, Project
from app.rules.check_state import reschedule
from app.rules.states import WatchState
from app.security.keys import KeyRole, Vault
from app.settings import Settings
from app.site import Site
from app.store import assignments, checks, keys, tags
from app.store.keys import NewKey
from bench.ratio import Ratio, alternate
from bench.servers import postgresql
from rest_compat.healthchecks.routes import healthchecks_routes

CHECKS = 1000
CHANNELS = 2
CEILING = 40.0
_REQUESTS = 20
_DUMPS = 200


def run() -> Iterator[Ratio]:
    """Measure both databases."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield _measure("SQLite", f"sqlite:///{folder / 'lists.sqlite3'}")
        with postgresql(folder) as url:
            yield _measure("PostgreSQL", url)


def _measure(kind: str, url: str) -> Ratio:
    settings = Settings(database_url=url, secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, system_clock, Database(url), Vault(settings.site_secret))
    with asyncio.Runner() as runner:
        key = runner.run(_filled(site))
        app = Starlette(routes=healthchecks_routes(site))
        value = orjson.loads(runner.run(_listed(app, key)))
        ratio, ours, reference = alternate(
            lambda: runner.run(_seconds_a_list(app, key)),
            lambda: timeit(lambda: orjson.dumps(value), number=_DUMPS) / _DUMPS,
        )
        runner.run(site.database.close())
    detail = f"{ours * 1000:.1f} ms over {reference * 1000:.2f} ms"
    return Ratio(f"Healthchecks list of {CHECKS} checks on {kind}", ratio, detail, at_most=CEILING)


async def _seconds_a_list(app: Starlette, key: str) -> float:
    """Return how long one list takes on a loop that is running, as a server's is."""
    started = perf_counter()
    for _ in range(_REQUESTS):
        await _listed(app, key)
    return (perf_counter() - started) / _REQUESTS


async def _listed(app: Starlette, key: str) -> bytes:
    """Ask for the list, without a server between; RuntimeError when it is refused."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"x-api-key", key.encode())]
    scope = {"type": "http", "method": "GET", "path": "/api/v1/checks/", "query_string": b"", "headers": headers}
    await app({**scope, "scheme": "http", "client": ("127.0.0.1", 1), "root_path": ""}, receive, send)
    start, body = sent
    if start["status"] != 200:  # noqa: PLR2004 - HTTP's own number
        raise RuntimeError(f"The list was refused with {start['status']}")
    content: bytes = body["body"]
    return content


async def _filled(site: Site) -> str:
    """Make checks that are up and told to two channels each; return a key that reads them."""
    await migrate(site.database)
    now = site.clock()
    async with site.database.transaction() as unit:
        project = Project(name="Bench", created_at=now)
        await unit.add(project)
        told = [await _channel(unit, project.id or 0, number, now) for number in range(CHANNELS)]
        for number in range(CHECKS):
            check = checks.new_check(project.id or 0, f"check {number}", f"check-{number}", now)
            check.tags, check.state, check.last_ping_at = "prod www", WatchState.UP, now - timedelta(minutes=5)
            reschedule(check)
            await checks.add(unit, check)
            await tags.retag(unit, check.project_id, check.id, tags.words(check.tags))
            await assignments.assign_channels(unit, check.id, set(told))
        return (await keys.add(unit, site.vault, project.id or 0, NewKey(role=KeyRole.READ_WRITE), now))[1]


async def _channel(unit: Any, project_id: int, number: int, now: Any) -> int:
    contact = Contact(project_id=project_id, name=f"contact {number}", created_at=now)
    await unit.add(contact)
    channel = Channel(
        project_id=project_id, contact_id=contact.id or 0, kind="email", settings_encrypted="", created_at=now
    )
    await unit.add(channel)
    return channel.id or 0
