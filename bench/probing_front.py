"""How long pings wait, at most but one of a hundred, while the same `heliograph serve` probes 500 targets a second."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import text

from app.clock import system_clock
from app.db.engine import Database
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from app.store import checks
from bench.monitors import fill
from bench.probes import _make_certificates, _target
from bench.ratio import Ratio
from bench.servers import free_port, wait_for

PROBES_A_SECOND = 500
CEILING_MS = 50.0
_INTERVAL = timedelta(seconds=10)
_WARM_UP_SECONDS = 12
_SECONDS = 20
_PINGERS = 4
_PAUSE_SECONDS = 0.02
_SECRET = "a secret of the benchmark"
_ROOT = Path(__file__).parent.parent


def run() -> Iterator[Ratio]:
    """Measure with the probing and without."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        _make_certificates(folder)
        with _target(folder) as (port, _):
            idle, _ = _measured(folder / "idle", port, probing=False)
            busy, probes = _measured(folder / "busy", port, probing=True)
    detail = f"{idle:.1f} without probes; median of pings and {probes:.0f} probes recorded a second"
    yield Ratio("p99 of pings in ms while probing", busy, detail, at_most=CEILING_MS)
    yield Ratio("probes recorded a second of those due", probes / PROBES_A_SECOND, f"{probes:.0f}", at_least=0.95)


def _measured(folder: Path, port: int, *, probing: bool) -> tuple[float, float]:
    """Return the 99th percentile of the milliseconds of pings, and the runs recorded a second meanwhile."""
    folder.mkdir()
    path = folder / "heliograph.sqlite3"
    uuid = asyncio.run(_filled(folder, f"http://127.0.0.1:{port}/", probing=probing))
    with _served(folder) as own_port:
        time.sleep(_WARM_UP_SECONDS)
        before = _runs(path)
        waits = asyncio.run(_pinged(own_port, uuid))
        recorded = _runs(path) - before
    return quantiles(waits, n=100)[98] * 1000, recorded / _SECONDS


async def _pinged(port: int, uuid: str) -> list[float]:
    return [wait for each in await asyncio.gather(*(_ping(port, uuid) for _ in range(_PINGERS))) for wait in each]


async def _ping(port: int, uuid: str) -> list[float]:
    """Ping by one connection, a little slower than the server could answer; return how long each answer took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /ping/{uuid} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    waits, until = [], perf_counter() + _SECONDS
    while (started := perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200") or await reader.readexactly(2) != b"OK":
            raise RuntimeError(f"A ping failed: {head!r}")
        waits.append(perf_counter() - started)
        await asyncio.sleep(_PAUSE_SECONDS)
    writer.close()
    await writer.wait_closed()
    return waits


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    port = free_port()
    environment = {
        "HELIOGRAPH_DATA_DIR": str(folder),
        "HELIOGRAPH_SECRET_KEY": _SECRET,
        "HELIOGRAPH_ALLOW_PRIVATE_TARGETS": "true",
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=_ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        wait_for(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


async def _filled(folder: Path, address: str, *, probing: bool) -> str:
    """Make the monitors and a check; return the check's uuid."""
    settings = Settings(data_dir=folder, secret_key=_SECRET)  # type: ignore[arg-type]  # pydantic's
    site = Site(settings, system_clock, Database(settings.resolved_database_url), Vault(settings.site_secret))
    number = PROBES_A_SECOND * (_INTERVAL // timedelta(seconds=1))
    await fill(site, number, address=address, interval=_INTERVAL)
    async with site.database.transaction() as unit:
        check = checks.new_check(1, "check", "check", site.clock())
        await checks.add(unit, check)
        if not probing:
            await unit.execute(text("UPDATE monitor_locations SET due_at = NULL, look_at = NULL"))
    await site.database.close()
    return check.uuid


def _runs(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM runs").fetchone()[0])
