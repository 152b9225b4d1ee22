"""The program of a child process: runs scripts in JavaScript engines, one for each monitor run that has some.

It stands alone (isolated, without the packages of the house) and knows frames on stdin and stdout, nothing else. It is
meant to be killed: by its own clock when a script uses too much CPU and the engine does not notice, by its parent when
a script takes too long. What a monitor run loses with it, the parent restores elsewhere.
"""

import resource
import signal
import struct
import sys
import time
from enum import IntEnum
from pathlib import Path
from typing import Any, BinaryIO

REQUEST = struct.Struct("!IQBI")
"""Bytes of JSON that follow, number of the monitor run, an `Ask`, milliseconds of CPU that the script may use."""
ANSWER = struct.Struct("!IB")
"""Bytes of JSON that follow, a `Reply`."""

MEMORY_LIMIT = 32 * 2**20
"""Bytes that the engine of one monitor run may hold."""
_STACK_LIMIT = 512 * 2**10
_KEPT_ENGINES = 64 * 2**20  # bytes; beyond that the engine used longest ago is dropped
_ADDRESS_SPACE = 512 * 2**20
_FILES = ("builtins", "assert", "clock", "exchange", "context", "console", "names", "glue")
_GRACE = 0.1  # seconds of CPU that the engine has to notice a limit by itself


class Ask(IntEnum):
    """What the parent wants."""

    FIRST = 0
    """Run in a new engine."""
    NEXT = 1
    """Run in the engine of this monitor run."""
    CLOSE = 2
    """Drop the engine; there is no answer."""


class Reply(IntEnum):
    """What came of it."""

    DONE = 0
    """The script ended, well or not: JSON follows."""
    OUT_OF_TIME = 1
    OUT_OF_MEMORY = 2
    BROKEN = 3
    """The script left the engine unable to answer."""
    LOST = 4
    """There is no such engine here (any more); nothing was run."""


class Engine:
    """The JavaScript engine of one monitor run."""

    def __init__(self, quickjs: Any, surroundings: str) -> None:
        self._failure = quickjs.JSException
        self._context = quickjs.Context()
        self._context.set_memory_limit(MEMORY_LIMIT)
        self._context.set_max_stack_size(_STACK_LIMIT)
        self._glue = self._context.eval(surroundings)

    def run(self, task: str, seconds: float) -> tuple[Reply, str]:
        """Run what `task` says within `seconds` of CPU."""
        deadline = time.process_time() + seconds
        try:
            self._limit(deadline)
            self._glue("begin", task)
            while self._limit(deadline) and self._context.execute_pending_job():
                pass
            return Reply.DONE, self._glue("end")
        except self._failure as error:
            return _verdict(str(error)), ""

    def size(self) -> int:
        """Return the bytes that this engine holds."""
        size: int = self._context.memory()["malloc_size"]
        return size

    def _limit(self, deadline: float) -> bool:
        # The engine counts anew at each call. With nothing left, it stops at its next look at the clock.
        self._context.set_time_limit(max(deadline - time.process_time(), 0))
        return True


def _verdict(error: str) -> Reply:
    """Tell a limit from broken built-ins; the engine's own words for it are no API, so an unknown one is BROKEN."""
    if error.startswith("InternalError: interrupted"):
        return Reply.OUT_OF_TIME
    return Reply.OUT_OF_MEMORY if error.startswith(("InternalError: out of memory", "null")) else Reply.BROKEN


class Engines:
    """The engines that live here, the one used longest ago first."""

    def __init__(self, quickjs: Any, surroundings: str) -> None:
        self._quickjs = quickjs
        self._surroundings = surroundings
        self._living: dict[int, tuple[Engine, int]] = {}

    def run(self, ask: Ask, run: int, task: str, seconds: float) -> tuple[Reply, str]:
        """Do what is asked for a monitor run; after a limit its engine is dropped."""
        living = self._living.pop(run, None)
        if ask is Ask.FIRST:
            living = (Engine(self._quickjs, self._surroundings), 0)
        if living is None:
            return Reply.LOST, ""
        engine = living[0]
        reply, text = engine.run(task, seconds)
        if reply is Reply.DONE:
            self._keep(run, engine)
        return reply, text

    def close(self, run: int) -> None:
        """Drop the engine of a monitor run, if it lives."""
        self._living.pop(run, None)

    def _keep(self, run: int, engine: Engine) -> None:
        self._living[run] = (engine, engine.size())
        held = sum(size for _, size in self._living.values())
        while held > _KEPT_ENGINES and len(self._living) > 1:
            held -= self._living.pop(next(iter(self._living)))[1]


def surroundings() -> str:
    """Return the JavaScript that stands around scripts: each file makes parts, of those that came before it."""
    folder = Path(__file__).parent / "javascript"
    files = ((folder / f"{name}.js").read_text("utf-8") for name in _FILES)
    parts = "\n".join(f"Object.assign(parts, ({text})(parts));" for text in files)
    return f"(() => {{ 'use strict'; const parts = {{}};\n{parts}\nreturn parts.glue; }})()"


def serve(engines: Engines, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer frames until there are no more: the parent is gone, or wants no more of us."""
    while len(header := source.read(REQUEST.size)) == REQUEST.size:
        length, run, ask, milliseconds = REQUEST.unpack(header)
        task = source.read(length).decode()
        if ask == Ask.CLOSE:
            engines.close(run)
            continue
        # Not caught: when it goes off, the process ends.
        signal.setitimer(signal.ITIMER_PROF, milliseconds / 1000 + _GRACE)
        reply, text = engines.run(Ask(ask), run, task, milliseconds / 1000)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer = text.encode()
        sink.write(ANSWER.pack(len(answer), reply) + answer)
        sink.flush()


def _shut_in() -> None:
    """Take from this process what no script needs: files, other processes, memory without end."""
    for limit, value in (
        (resource.RLIMIT_AS, _ADDRESS_SPACE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _main(packages: str) -> None:
    sys.path.append(packages)
    # The extension itself: the package around it starts a thread.
    import _quickjs  # type: ignore[import-not-found]  # noqa: PLC0415

    engines = Engines(_quickjs, surroundings())
    _shut_in()
    serve(engines, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    _main(sys.argv[1])
