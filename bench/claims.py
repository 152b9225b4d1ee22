"""How long a claim of 200 due runs takes among many monitors, and how that grows with their number.

Monitors that are due lie anywhere in the table, as they do after weeks of changes.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg  # type: ignore[import-untyped]  # it has no annotations
from sqlalchemy import make_url, text

from app.clock import system_clock
from app.db.engine import Database
from app.db.migrate import migrate
from app.models import Project
from app.models.columns import UtcDateTime, to_microseconds
from app.pipeline import due
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from bench.ratio import Ratio
from bench.servers import postgresql

SIZES = (1_000, 100_000, 1_000_000)
BOUND_MS = 5.0
GROWTH = 3.0
_BOUNDED = 100_000
_CLAIMS = 25
_INTERVAL = timedelta(seconds=300)
_STRIDE = 7919
"""Prime, so that neighbours in the table are due at different times."""

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM numbers WHERE n < {size})",
    "postgresql": "WITH numbers AS (SELECT n FROM generate_series(1, {size}) AS n)",
}
_INSTANT = {
    "sqlite": ":base + {microseconds}",
    "postgresql": "CAST(:base AS timestamptz) + {microseconds} * interval '1 microsecond'",
}
_INSERTS = (
    """
    INSERT INTO watchables (id, uuid, project_id, kind, name, slug, tags, state, state_since, paused, created_at)
    {numbers} SELECT n, 'watchable ' || n, 1, 'MONITOR', 'monitor ' || n, 'monitor-' || n, '', 'UP', {base}, FALSE,
    {base} FROM numbers
    """,
    """
    INSERT INTO monitors (watchable_id, badge_uuid, kind, address, interval, timeout, retries, locations_down,
    runs_down, runs_up, auto_linked, updated_at)
    {numbers} SELECT n, 'badge ' || n, 'HTTP', 'http://127.0.0.1/', 300, 40, 0, 1, 1, 1, FALSE, {base} FROM numbers
    """,
    """
    INSERT INTO monitor_locations (watchable_id, location_id, position, due_at, look_at, lease, failures_in_row,
    passes_in_row, unmeasured_in_row, bad)
    {numbers} SELECT n, 1, 0, {spread}, {spread}, 0, 0, 0, 0, FALSE FROM numbers
    """,
)
_TWO_HUNDREDTH = text(
    "SELECT look_at FROM monitor_locations WHERE look_at IS NOT NULL ORDER BY look_at LIMIT 1 OFFSET :ahead"
)


class _Clock:
    """Stands where it was put."""

    def __init__(self) -> None:
        self.now = system_clock()

    def __call__(self) -> datetime:
        """Return that instant."""
        return self.now


def run() -> Iterator[Ratio]:
    """Measure both databases."""
    # Not in /tmp, which may be memory: a commit there would be no commit.
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        yield from _measure("SQLite", {size: f"sqlite:///{folder / f'claims{size}.sqlite3'}" for size in SIZES})
        with postgresql(folder) as url:
            yield from _measure("PostgreSQL", {size: _made(url, f"claims{size}") for size in SIZES})


def _measure(kind: str, urls: dict[int, str]) -> Iterator[Ratio]:
    with asyncio.Runner() as runner:
        took = runner.run(_claims(urls))
    ms = {size: median(seconds) * 1000 for size, seconds in took.items()}
    detail = f"median of {_CLAIMS}, {min(took[_BOUNDED]) * 1000:.1f} to {max(took[_BOUNDED]) * 1000:.1f}"
    yield Ratio(f"ms to claim {due.BATCH} of {_BOUNDED} monitors on {kind}", ms[_BOUNDED], detail, at_most=BOUND_MS)
    few, many = SIZES[0], SIZES[-1]
    detail = f"{ms[many]:.1f} over {ms[few]:.1f} ms"
    yield Ratio(f"the same of {many} over {few} on {kind}", ms[many] / ms[few], detail, at_most=GROWTH)


async def _claims(urls: dict[int, str]) -> dict[int, list[float]]:
    """Return the seconds of each claim, made by turns among few monitors and among many."""
    sites = {size: await _filled(url, size) for size, url in urls.items()}
    took: dict[int, list[float]] = {size: [] for size in urls}
    for turn in range(_CLAIMS + 1):
        for size, site in sites.items():
            seconds = await _seconds_of_a_claim(site)
            # The first compiles the statement.
            if turn:
                took[size].append(seconds)
    for site in sites.values():
        await site.database.close()
    return took


async def _seconds_of_a_claim(site: Site) -> float:
    """Move the clock to where exactly one batch is due, and claim it."""
    row = await site.database.row(_TWO_HUNDREDTH.bindparams(ahead=due.BATCH - 1).columns(look_at=UtcDateTime))
    assert row is not None
    assert isinstance(site.clock, _Clock)
    site.clock.now = row.look_at
    started = perf_counter()
    claimed = await due.claim(site)
    seconds = perf_counter() - started
    if len(claimed) != due.BATCH:
        raise RuntimeError(f"{len(claimed)} runs were claimed.")
    return seconds


async def _filled(url: str, size: int) -> Site:
    settings = Settings(database_url=url, secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, _Clock(), Database(url), Vault(settings.site_secret))
    await migrate(site.database)
    name = site.database.dialect_name
    step = _INTERVAL / size // timedelta(microseconds=1)
    words = {
        "numbers": _NUMBERS[name].format(size=size),
        "base": _INSTANT[name].format(microseconds=0),
        "spread": _INSTANT[name].format(microseconds=f"(CAST(n AS bigint) * {_STRIDE} % {size}) * {step}"),
    }
    base = to_microseconds(site.clock()) if site.database.is_sqlite else site.clock()
    async with site.database.transaction() as unit:
        await unit.add(Project(name="Bench", created_at=site.clock()))
        for insert in _INSERTS:
            await unit.execute(text(insert.format(**words)).bindparams(base=base))
    if not site.database.is_sqlite:
        # Which PostgreSQL does by itself, a while after.
        async with site.database.transaction() as unit:
            await unit.execute(text("ANALYZE"))
    return site


def _made(server: str, name: str) -> str:
    """Make a database and return its URL."""
    asyncio.run(_create(server, name))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _create(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
