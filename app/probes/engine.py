"""libcurl's transfers on an event loop: its sockets are the loop's readers and writers, its timeouts the loop's timer.

No thread and no polling; works on asyncio's loop and on uvloop.
"""

import asyncio
from dataclasses import dataclass
from time import perf_counter

import pycurl  # type: ignore[import-untyped]  # it has no types

_STOPPED = "The prober was stopped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a transfer ended: libcurl's code (0 for success) and text, and its duration in milliseconds."""

    code: int
    text: str
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class _Waiting:
    future: asyncio.Future[Outcome]
    started: float


class Engine:
    """Performs any number of transfers at once on the running event loop, until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._watched: dict[int, int] = {}
        self._timer: asyncio.Handle | None = None
        self._waiting: dict[pycurl.Curl, _Waiting] = {}

    async def perform(self, handle: pycurl.Curl) -> Outcome:
        """Run the transfer that the handle describes to its end; a cancelled one is taken down at once.

        Deadlines are the handle's. A closed engine aborts it.
        """
        if self.closed:
            return Outcome(pycurl.E_ABORTED_BY_CALLBACK, _STOPPED, 0.0)
        waiting = _Waiting(self._loop.create_future(), perf_counter())
        self._waiting[handle] = waiting
        try:
            self._multi.add_handle(handle)
            # Starts it now, not a turn of the loop later: a busy loop must not count as a slow target.
            self._drive(pycurl.SOCKET_TIMEOUT, 0)
            return await waiting.future
        finally:
            if self._waiting.pop(handle, None) is not None:
                self._multi.remove_handle(handle)

    @property
    def closed(self) -> bool:
        """Tell whether `close` was called."""
        return bool(self._multi.closed)

    def close(self) -> None:
        """End all transfers (their outcome is an abort) and give back every socket, reader and timer."""
        for handle in list(self._waiting):
            self._finish(handle, pycurl.E_ABORTED_BY_CALLBACK, _STOPPED)
        self._multi.close()
        for socket in list(self._watched):
            self._watch(pycurl.POLL_REMOVE, socket)
        self._set_timer(-1)

    def _drive(self, socket: int, events: int) -> None:
        """Let libcurl do what can be done now, and finish what ended by that."""
        try:
            self._multi.socket_action(socket, events)
        except pycurl.error as error:
            # Nothing would end by itself any more.
            for handle in list(self._waiting):
                self._finish(handle, pycurl.E_ABORTED_BY_CALLBACK, str(error))
            return
        _, succeeded, failed = self._multi.info_read()
        for handle in succeeded:
            self._finish(handle, pycurl.E_OK, "")
        for handle, code, text in failed:
            self._finish(handle, code, text)

    def _finish(self, handle: pycurl.Curl, code: int, text: str) -> None:
        waiting = self._waiting.pop(handle)
        elapsed = (perf_counter() - waiting.started) * 1000
        self._multi.remove_handle(handle)
        if not waiting.future.done():
            waiting.future.set_result(Outcome(code, text, elapsed))

    def _watch(self, wanted: int, socket: int, *_: object) -> None:
        """Be told by libcurl which events of a socket it waits for."""
        before = self._watched.get(socket, pycurl.POLL_NONE)
        after = pycurl.POLL_NONE if wanted == pycurl.POLL_REMOVE else wanted
        if after & pycurl.POLL_IN and not before & pycurl.POLL_IN:
            self._loop.add_reader(socket, self._drive, socket, pycurl.CSELECT_IN)
        elif before & pycurl.POLL_IN and not after & pycurl.POLL_IN:
            self._loop.remove_reader(socket)
        if after & pycurl.POLL_OUT and not before & pycurl.POLL_OUT:
            self._loop.add_writer(socket, self._drive, socket, pycurl.CSELECT_OUT)
        elif before & pycurl.POLL_OUT and not after & pycurl.POLL_OUT:
            self._loop.remove_writer(socket)
        if after:
            self._watched[socket] = after
        else:
            self._watched.pop(socket, None)

    def _set_timer(self, milliseconds: int) -> None:
        """Be told by libcurl when it wants to be called next, if nothing happens before; -1 is never."""
        if self._timer is not None:
            self._timer.cancel()
        if milliseconds < 0:
            self._timer = None
        elif milliseconds == 0:
            self._timer = self._loop.call_soon(self._drive, pycurl.SOCKET_TIMEOUT, 0)
        else:
            self._timer = self._loop.call_later(milliseconds / 1000, self._drive, pycurl.SOCKET_TIMEOUT, 0)
