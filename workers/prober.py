"""The program of a process that runs monitors for another and touches no database (decision 0017).

`python -m workers.prober SOCKET PRIVATE LEVEL` takes plans from the socket of this number and answers each with its
result, in the order in which they end. It lives as long as the other end does.
"""

import asyncio
import logging
import socket
import struct
import sys

import uvloop

from app.clock import system_clock
from app.logs import set_up_logs
from app.runs.messages import plan_of, result_json
from app.runs.runner import Runner

FRAME = struct.Struct("!IQ")
"""Bytes of JSON that follow, and the number of the run. An answer without any is that of a run that broke."""

ALLOWED = "private"
"""What PRIVATE says when loopback and private addresses may be probed."""

_log = logging.getLogger(__name__)


class _Prober:
    def __init__(self, runner: Runner, writer: asyncio.StreamWriter) -> None:
        self._runner = runner
        self._writer = writer
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, number: int, content: bytes) -> None:
        """Begin a run; its answer follows when it has ended."""
        task = asyncio.create_task(self._run(number, content))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        """End what is under way; nobody hears of it."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _run(self, number: int, content: bytes) -> None:
        answer = b""
        try:
            answer = result_json(await self._runner.run(plan_of(content)))
        except Exception as error:  # noqa: BLE001 - one run must not end the others
            # Not the error's own words: they may hold what the plan keeps secret.
            _log.error("Run %d broke (%s)", number, type(error).__name__)
        self._writer.write(FRAME.pack(len(answer), number) + answer)
        await self._writer.drain()


async def _serve(descriptor: int, *, allow_private: bool) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=socket.socket(fileno=descriptor))
    async with Runner(allow_private=allow_private, clock=system_clock) as runner:
        prober = _Prober(runner, writer)
        try:
            while True:
                length, number = FRAME.unpack(await reader.readexactly(FRAME.size))
                prober.begin(number, await reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            await prober.stop()
    writer.close()


if __name__ == "__main__":
    set_up_logs(sys.argv[3])
    uvloop.run(_serve(int(sys.argv[1]), allow_private=sys.argv[2] == ALLOWED))
