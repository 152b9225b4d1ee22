"""Durable pings a second, over an empty Starlette route behind the same server."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from app.db.engine import Database
from app.db.migrate import migrate
from app.models import Project
from app.store import checks
from bench.ratio import Ratio, alternate
from bench.servers import postgresql, serving
from bench.wrk import requests_a_second

CHECKS = 100
FLOORS = {"SQLite": 0.60, "PostgreSQL": 0.45}
_SCRIPT = Path(__file__).with_name("random_path.lua")


def run() -> Iterator[Ratio]:
    """Measure both databases, with pings spread over many checks and all to one."""
    # Not in /tmp, which may be memory: a commit there would be no commit.
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield from _measure("SQLite", f"sqlite:///{folder / 'bench.sqlite3'}", folder)
        with postgresql(folder) as url:
            yield from _measure("PostgreSQL", url, folder)


def _measure(kind: str, url: str, folder: Path) -> Iterator[Ratio]:
    paths = [f"/ping/{uuid}" for uuid in asyncio.run(filled(url))]
    environment = {
        "HELIOGRAPH_DATABASE_URL": url,
        "HELIOGRAPH_DATA_DIR": str(folder),
        "HELIOGRAPH_SECRET_KEY": "a secret of the benchmark",
    }
    with (
        serving("bench.applications:empty", {}) as empty,
        serving("bench.applications:heliograph", environment) as ours,
    ):
        for what, some in ((f"{CHECKS} checks", paths), ("one check", paths[:1])):
            file = folder / "paths"
            file.write_text("\n".join(some))
            value, pings, nothing = alternate(
                partial(requests_a_second, ours, _SCRIPT, file), partial(requests_a_second, empty, _SCRIPT, file)
            )
            detail = f"{pings:.0f} over {nothing:.0f} a second"
            yield Ratio(f"pings on {kind}, {what}", value, detail, at_least=FLOORS[kind])


async def filled(url: str) -> list[str]:
    """Make the tables and the checks, and return their uuids."""
    database = Database(url)
    now = datetime.now(UTC)
    await migrate(database)
    async with database.transaction() as unit:
        project = Project(name="Bench", created_at=now)
        await unit.add(project)
        made = [
            checks.new_check(project.id or 0, f"check {number}", f"check-{number}", now) for number in range(CHECKS)
        ]
        for check in made:
            await checks.add(unit, check)
    await database.close()
    return [check.uuid for check in made]
