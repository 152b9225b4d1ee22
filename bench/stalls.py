"""How long the loop stands still, at most, while another process holds SQLite's write lock and pings wait."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from app.clock import system_clock
from app.db.engine import Database
from app.pipeline.ingest import Ingest, Receipt, Signal
from app.rules.states import PingKind
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from bench.pings import CHECKS, filled
from bench.ratio import Ratio

HELD_SECONDS = 1.5
PINGS_A_CHECK = 10
CEILING_MS = 50.0
_WRITER = f"""
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("holding", flush=True)
time.sleep({HELD_SECONDS})
connection.execute("ROLLBACK")
"""


def run() -> Iterator[Ratio]:
    """Measure SQLite, which alone has one writer at a time."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        path = Path(name) / "stalls.sqlite3"
        url = f"sqlite:///{path}"
        stall = asyncio.run(_longest_stall(url, path, asyncio.run(filled(url))))
    detail = f"a foreign transaction of {HELD_SECONDS} s, {PINGS_A_CHECK} pings of each of {CHECKS} checks waiting"
    yield Ratio("longest stall of the loop in ms", stall * 1000, detail, at_most=CEILING_MS)


async def _longest_stall(url: str, path: Path, uuids: list[str]) -> float:
    settings = Settings(database_url=url, secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, system_clock, Database(url), Vault(settings.site_secret))
    ingest = Ingest(site)
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", _WRITER, path, stdout=asyncio.subprocess.PIPE)
    assert writer.stdout is not None
    await writer.stdout.readline()
    signals = [
        Signal(system_clock(), PingKind.SUCCESS, "GET", uuid=uuids[number % len(uuids)]) for number in range(1000)
    ]
    recorded = asyncio.gather(*map(ingest.submit, signals))
    longest = 0.0
    while writer.returncode is None:
        before = perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, perf_counter() - before)
    if set(await recorded) != {Receipt.OK}:
        raise RuntimeError("Some pings were not recorded.")
    await ingest.close()
    await site.database.close()
    return longest
