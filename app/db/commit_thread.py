"""A thread for COMMITs alone, which wait for the disk.

An executor's future, chained to one of the loop, takes half as much time again (docs/decisions/0010).
"""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread

_Asked = tuple[Callable[[], None], asyncio.Future[None]]


class CommitThread:
    """Does one thing at a time, on a thread that is started when it is first needed."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._busy = Lock()
        self._thread: Thread | None = None

    async def run(self, work: Callable[[], None]) -> None:
        """Return, or raise what `work` raises, once it is done. Also a cancelled task is let go only then."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="commit", daemon=True)
            self._thread.start()
        self._busy.acquire()  # no wait: the last run ended with it released
        done = asyncio.get_running_loop().create_future()
        self._asked.put((work, done))
        try:
            await done
        except asyncio.CancelledError:
            with self._busy:
                raise

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            work, done = asked
            error: BaseException | None = None
            try:
                work()
            except BaseException as raised:  # noqa: BLE001 - it is the caller's, who waits for it
                error = raised
            self._busy.release()
            done.get_loop().call_soon_threadsafe(_settle, done, error)


def _settle(done: asyncio.Future[None], error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
