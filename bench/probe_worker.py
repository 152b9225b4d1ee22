"""Our side of the benchmark of probes, in a process of its own: as many exchanges as it can, a fixed number at once.

`python -m bench.probe_worker URL AUTHORITIES SECONDS` prints how many there were, and the seconds of processor and of
clock that they took.
"""

import asyncio
import sys
from time import perf_counter, process_time

import uvloop

from app.main import settle_interpreter
from app.probes.http import Prober, exchange
from app.probes.result import Request
from bench.wrk import CONNECTIONS


async def _probe(url: str, authorities: str, seconds: float) -> tuple[int, float, float]:
    async with Prober(allow_private=True, authorities=authorities) as prober:
        # Reads the authorities, which a worker does once a day.
        await _repeat(prober, url, perf_counter())
        cpu, start = process_time(), perf_counter()
        done = await asyncio.gather(*(_repeat(prober, url, start + seconds) for _ in range(CONNECTIONS)))
        return sum(done), process_time() - cpu, perf_counter() - start


async def _repeat(prober: Prober, url: str, until: float) -> int:
    """Probe at least once, and on until this instant."""
    done = 0
    while not done or perf_counter() < until:
        found = await exchange(Request("GET", url), prober=prober, deadline=10)
        if found.failure is not None or found.response is None or not found.response.body:
            raise RuntimeError(f"A probe failed: {found}")
        done += 1
    return done


if __name__ == "__main__":
    settle_interpreter()
    print(*uvloop.run(_probe(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
