"""Running monitors in a process beside this one, so that they never slow the front (decision 0017)."""

import asyncio
import logging
import socket
import sys
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

from app.runs.messages import plan_json, result_of
from app.runs.plan import RunPlan
from app.runs.result import RunResult
from app.site import Site
from workers.broker import SPARED
from workers.prober import ALLOWED, FRAME

RESTART_SECONDS = 1.0
"""A process that ended is not replaced sooner after its start."""

_END_SECONDS = 5.0
_log = logging.getLogger(__name__)


class RunBroke(Exception):
    """A run has no result: the process beside us ended, or could not run it."""


class RunsAside:
    """Runs plans in one child process on the running event loop; one that ended is replaced for the next run."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._child: _Child | None = None
        self._starting = asyncio.Lock()
        self._started_at = -RESTART_SECONDS

    async def run(self, plan: RunPlan) -> RunResult:
        """Run one plan; RunBroke when there is no result, OSError when no process can be started."""
        child = await self._living()
        return await child.run(plan)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            await self._child.end()

    async def _living(self) -> "_Child":
        async with self._starting:
            if self._child is None or not self._child.lives:
                await asyncio.sleep(self._started_at + RESTART_SECONDS - monotonic())
                self._started_at = monotonic()
                if self._child is not None:
                    await self._child.end()
                self._child = await _Child.start(self._site)
            return self._child


class _Child:
    """One child process and the runs that it has not answered yet."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._reading = asyncio.create_task(self._read(), name=SPARED)

    @staticmethod
    async def start(site: Site) -> "_Child":
        """Start a process that hears when this one ends, however it ends."""
        ours, theirs = socket.socketpair()
        try:
            private = ALLOWED if site.settings.allow_private_targets else "public"
            arguments = (str(theirs.fileno()), private, site.settings.log_level)
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "workers.prober", *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
            reader, writer = await asyncio.open_unix_connection(sock=ours)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return _Child(process, reader, writer)

    @property
    def lives(self) -> bool:
        """Tell whether it still answers."""
        return not self._reading.done()

    async def run(self, plan: RunPlan) -> RunResult:
        content = plan_json(plan)
        self._number += 1
        number, answered = self._number, asyncio.get_running_loop().create_future()
        self._asked[number] = answered
        try:
            self._writer.write(FRAME.pack(len(content), number) + content)
            await self._writer.drain()
            answer = await answered
        except ConnectionError as error:
            raise RunBroke("The process that probes has ended") from error
        finally:
            self._asked.pop(number, None)
        if not answer:
            raise RunBroke("The process that probes could not run it")
        return result_of(answer)

    async def end(self) -> None:
        """Let it end by itself, which it does when we hang up, or kill it."""
        self._writer.close()
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        """Hand answers to who asked, until the process ends."""
        try:
            while True:
                length, number = FRAME.unpack(await self._reader.readexactly(FRAME.size))
                answer = await self._reader.readexactly(length)
                # Whoever gave up waiting is gone.
                if (asked := self._asked.get(number)) and not asked.done():
                    asked.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            if self._asked:
                _log.error("The process that probes has ended; %d runs are claimed anew", len(self._asked))
        finally:
            for asked in self._asked.values():
                if not asked.done():
                    asked.set_exception(RunBroke("The process that probes has ended"))
