"""How long a claim of 200 due runs takes among many monitors, and how that grows with their number.

Who has so many made them by a program, group by group: each group is due together and lies together in the table. Where
each was made on its own, SQLite writes a page for each run of a claim: that is printed too, and has no bound.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

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

GROUP = 20
BOUND_MS = 5.0
GROWTH = 3.0
_CLAIMS = 41
_UNCOUNTED = 3
_INTERVAL = timedelta(seconds=300)


class _Site(NamedTuple):
    """So many monitors, so many of them made together."""

    size: int
    group: int = GROUP


_FEW, _SOME, _MANY = _Site(1_000), _Site(100_000), _Site(1_000_000)
_ALONE = _Site(100_000, group=1)
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
        yield from _measure("SQLite", lambda name: f"sqlite:///{folder / name}.sqlite3")
        with postgresql(folder) as url:
            yield from _measure("PostgreSQL", lambda name: _made(url, name))


def _measure(kind: str, make: Callable[[str], str]) -> Iterator[Ratio]:
    took = {
        wanted: asyncio.run(_claims(make(f"claims_{wanted.size}_{wanted.group}"), wanted))
        for wanted in (_FEW, _SOME, _ALONE, _MANY)
    }
    ms = {wanted: median(seconds) * 1000 for wanted, seconds in took.items()}
    for wanted, bound in ((_SOME, BOUND_MS), (_ALONE, None)):
        what = f"ms to claim {due.BATCH} of {wanted.size} monitors made {wanted.group} at a time on {kind}"
        detail = f"median of {_CLAIMS}, {min(took[wanted]) * 1000:.1f} to {max(took[wanted]) * 1000:.1f}"
        yield Ratio(what, ms[wanted], detail, at_most=bound)
    detail = f"{ms[_MANY]:.1f} over {ms[_FEW]:.1f} ms"
    yield Ratio(f"the same of {_MANY.size} over {_FEW.size} on {kind}", ms[_MANY] / ms[_FEW], detail, at_most=GROWTH)


async def _claims(url: str, wanted: _Site) -> list[float]:
    """Return the seconds of each claim; the first ones, which find nothing prepared, do not count."""
    site = await _filled(url, wanted)
    took = [await _seconds_of_a_claim(site) for _ in range(_UNCOUNTED + _CLAIMS)]
    await site.database.close()
    return took[_UNCOUNTED:]


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


async def _filled(url: str, wanted: _Site) -> Site:
    settings = Settings(database_url=url, secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, _Clock(), Database(url), Vault(settings.site_secret))
    await fill(site, wanted.size, address="http://127.0.0.1/", interval=_INTERVAL, group=wanted.group)
    return site


def _made(server: str, name: str) -> str:
    """Make a database and return its URL."""
    asyncio.run(_create(server, name))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _create(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
