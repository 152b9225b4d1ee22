"""How long a claim of 200 due runs takes among many monitors, and how that grows with their number."""

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
from app.models.columns import UtcDateTime
from app.pipeline import due
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from bench.monitors import fill
from bench.ratio import Ratio
from bench.servers import postgresql

SIZES = (1_000, 100_000, 1_000_000)
BOUND_MS = 5.0
GROWTH = 3.0
_BOUNDED = 100_000
_CLAIMS = 25
_INTERVAL = timedelta(seconds=300)
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
    await fill(site, size, address="http://127.0.0.1/", interval=_INTERVAL)
    return site


def _made(server: str, name: str) -> str:
    """Make a database and return its URL."""
    asyncio.run(_create(server, name))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _create(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
