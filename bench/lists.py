"""A Healthchecks list of 1000 checks, over orjson dumping the same dicts in the same process.

And lists of 1000 checks with schedules of either kind over that of as many simple ones: next times are stored.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
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
from app.rules.states import WatchState
from app.security.keys import KeyRole, Vault
from app.settings import Settings
from app.site import Site
from app.store import assignments, checks, keys, tags
from app.store.check_changes import CheckChanges, apply_changes
from app.store.keys import NewKey
from bench.ratio import Ratio, alternate
from bench.servers import postgresql
from rest_compat.healthchecks.routes import healthchecks_routes

CHECKS = 1000
CHANNELS = 2
CEILING = 40.0
SCHEDULES = {"cron": "*/5 8-18 * * MON-FRI", "OnCalendar": "Mon..Fri 08..18:00/5"}
DEAREST_SCHEDULE = 1.3
_REQUESTS = 20
_DUMPS = 200


def run() -> Iterator[Ratio]:
    """Measure both databases."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield from _measure("SQLite", f"sqlite:///{folder / 'lists.sqlite3'}")
        with postgresql(folder) as url:
            yield from _measure("PostgreSQL", url)


def _measure(kind: str, url: str) -> Iterator[Ratio]:
    settings = Settings(database_url=url, secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, system_clock, Database(url), Vault(settings.site_secret))
    with asyncio.Runner() as runner:
        runner.run(migrate(site.database))
        app = Starlette(routes=healthchecks_routes(site))
        simple = _Listed(runner, app, runner.run(_filled(site, CheckChanges())))
        scheduled = {
            name: _Listed(runner, app, runner.run(_filled(site, CheckChanges(schedule=expression))))
            for name, expression in SCHEDULES.items()
        }
        yield _over_orjson(kind, simple)
        for name, listed in scheduled.items():
            yield _over_simple(f"{name} checks on {kind}", listed, simple)
        runner.run(site.database.close())


@dataclass(frozen=True, slots=True)
class _Listed:
    """A project's list of checks."""

    runner: asyncio.Runner
    app: Starlette
    key: str

    def body(self) -> bytes:
        return self.runner.run(_listed(self.app, self.key))

    def seconds(self) -> float:
        return self.runner.run(_seconds_a_list(self.app, self.key))


def _over_orjson(kind: str, simple: _Listed) -> Ratio:
    value = orjson.loads(simple.body())
    ratio, ours, reference = alternate(
        simple.seconds, lambda: timeit(lambda: orjson.dumps(value), number=_DUMPS) / _DUMPS
    )
    detail = f"{ours * 1000:.1f} ms over {reference * 1000:.2f} ms"
    return Ratio(f"Healthchecks list of {CHECKS} checks on {kind}", ratio, detail, at_most=CEILING)


def _over_simple(what: str, scheduled: _Listed, simple: _Listed) -> Ratio:
    ratio, ours, reference = alternate(scheduled.seconds, simple.seconds)
    detail = f"{ours * 1000:.1f} ms over {reference * 1000:.1f} ms"
    return Ratio(f"list of {CHECKS} {what} over one of simple checks", ratio, detail, at_most=DEAREST_SCHEDULE)


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


async def _filled(site: Site, changes: CheckChanges) -> str:
    """Make a project of checks that are up and told to two channels each; return a key that reads them."""
    now = site.clock()
    async with site.database.transaction() as unit:
        project = Project(name="Bench", created_at=now)
        await unit.add(project)
        told = [await _channel(unit, project.id or 0, number, now) for number in range(CHANNELS)]
        for number in range(CHECKS):
            check = checks.new_check(project.id or 0, f"check {number}", f"check-{number}", now)
            check.tags, check.state, check.last_ping_at = "prod www", WatchState.UP, now - timedelta(minutes=5)
            apply_changes(check, changes)
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
