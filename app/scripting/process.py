"""A child process that runs scripts, seen from its parent: start, ask, kill."""

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from app.errors import Unavailable
from app.scripting.child import ANSWER, MEMORY_LIMIT, REQUEST, Ask, Reply

CPU_SECONDS = 0.3
"""Time that one script may compute."""
WALL_SECONDS = 1.0
"""Time after which the child of a script is killed, wherever that time went."""
MAX_TASK_BYTES = 8 * 2**20
_MAX_ANSWER_BYTES = 8 * 2**20  # 2 MiB of UTF-16, as the child bounds them, and their escapes
_END_SECONDS = 5.0

_MEANING = {
    Reply.OUT_OF_TIME: f"the script used more than {CPU_SECONDS} s of CPU",
    Reply.OUT_OF_MEMORY: f"the script used more than {MEMORY_LIMIT // 2**20} MiB of memory",
    Reply.BROKEN: "the script left JavaScript's built-ins unusable",
}
_logger = logging.getLogger(__name__)


class ScriptError(Exception):
    """A script did not do its work: it threw, or met a limit. The message is for its author."""


class OverLimit(ScriptError):
    """A script was stopped: nothing of what it did is left."""

    @staticmethod
    def by(reply: Reply) -> "OverLimit":
        """Say which limit a child's reply names."""
        return OverLimit(_MEANING[reply])


class EngineLost(Exception):
    """The child has no engine for this monitor run, and ran nothing."""


class Child:
    """One child process. One question at a time; whoever gives up waiting for the answer has killed it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._killed = False
        assert process.stdin  # noqa: S101  both are pipes
        assert process.stdout  # noqa: S101
        self._sink, self._source = process.stdin, process.stdout

    @staticmethod
    async def start() -> "Child":
        """Start a child: Python isolated from its environment and packages; raise `Unavailable` if that fails."""
        try:
            process = await asyncio.create_subprocess_exec(
                *_command(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd="/",
                env={"TZ": "UTC"},
                start_new_session=True,
            )
        except OSError as error:
            _logger.exception("no child process for scripts could be started")
            raise Unavailable("No process for scripts could be started on this server") from error
        return Child(process)

    @property
    def lives(self) -> bool:
        """Tell whether it can be asked."""
        return not self._killed and self._process.returncode is None

    async def ask(self, ask: Ask, run: int, task: bytes, *, wall: float, cpu: float = CPU_SECONDS) -> bytes:
        """Run a task and return its answer, JSON that must not be trusted.

        Raises `OverLimit`, `EngineLost`; `TimeoutError` after `wall` seconds, and then, as when cancelled, it is dead.
        """
        try:
            async with asyncio.timeout(wall):
                self._sink.write(REQUEST.pack(len(task), run, ask, round(cpu * 1000)) + task)
                await self._sink.drain()
                length, reply = ANSWER.unpack(await self._source.readexactly(ANSWER.size))
                text = await self._source.readexactly(min(length, _MAX_ANSWER_BYTES))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._death() from None
        except BaseException:
            await self.kill()
            raise
        return self._read(reply, length, text)

    def drop(self, run: int) -> None:
        """Let the child forget a monitor run."""
        if self.lives:
            self._sink.write(REQUEST.pack(0, run, Ask.CLOSE, 0))

    async def kill(self) -> None:
        """End it now."""
        self._killed = True
        with suppress(ProcessLookupError):
            self._process.kill()
        self._sink.close()
        await self._process.wait()

    def _read(self, reply: int, length: int, text: bytes) -> bytes:
        if length > _MAX_ANSWER_BYTES:
            self._killed = True
            self._process.kill()
            raise OverLimit.by(Reply.BROKEN)
        if reply == Reply.LOST:
            raise EngineLost
        if reply != Reply.DONE:
            raise OverLimit.by(Reply(reply))
        return text

    async def _death(self) -> Exception:
        """Say why it ended by itself."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        await self.kill()
        code = self._process.returncode
        if code == -signal.SIGPROF:
            return OverLimit.by(Reply.OUT_OF_TIME)
        _logger.error("a child process for scripts ended with code %s", code)
        if code == -signal.SIGKILL:  # not by us: the machine has no memory left, or somebody's hand
            return Unavailable("The process that ran the script was killed")
        return OverLimit("the script crashed its JavaScript engine")


def _command() -> tuple[str, ...]:
    engine = find_spec("_quickjs")
    if engine is None or engine.origin is None:
        raise Unavailable("The JavaScript engine is not installed on this server")
    program = Path(__file__).with_name("child.py")
    return (sys.executable, "-I", "-S", "-B", str(program), str(Path(engine.origin).parent))
