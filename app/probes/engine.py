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
    """How a transfer ended: libcurl's code (0 for success) and text, and when, by `perf_counter`."""

    code: int
    text: str
    ended_at: float


class Engine:
    """Performs any number of transfers at once on the running event loop, until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._note_timer)
        self._watched: dict[int, int] = {}
        self._timer: asyncio.Handle | None = None
        self._timer_due = 0.0
        self._due: float | None = None
        self._waiting: dict[pycurl.Curl, asyncio.Future[Outcome]] = {}

    async def perform(self, handle: pycurl.Curl) -> Outcome:
        """Run the transfer that the handle describes to its end; a cancelled one is taken down at once.

        Deadlines are the handle's. A closed engine aborts it.
        """
        if self.closed:
            return Outcome(pycurl.E_ABORTED_BY_CALLBACK, _STOPPED, perf_counter())
        future: asyncio.Future[Outcome] = self._loop.create_future()
        self._waiting[handle] = future
        try:
            # libcurl starts it, and its clock, at the next turn of the loop, with all others that were added.
            self._multi.add_handle(handle)
            self._set_timer()
            return await future
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
        if self._timer is not None:
            self._timer.cancel()

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
        self._set_timer()

    def _finish(self, handle: pycurl.Curl, code: int, text: str) -> None:
        future = self._waiting.pop(handle)
        outcome = Outcome(code, text, perf_counter())
        self._multi.remove_handle(handle)
        if not future.done():
            future.set_result(outcome)

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

    def _note_timer(self, milliseconds: int) -> None:
        """Be told by libcurl when it wants to be called next, if nothing happens before; -1 is never."""
        self._due = None if milliseconds < 0 else self._loop.time() + milliseconds / 1000

    def _set_timer(self) -> None:
        """See to a call when it is due. A timer that is set to an earlier time stays: to move it costs more."""
        if self._due is None or (self._timer is not None and self._timer_due <= self._due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_due = self._loop.call_at(self._due, self._on_timer), self._due

    def _on_timer(self) -> None:
        self._timer = None
        if self._due is not None and self._due <= self._loop.time():
            self._drive(pycurl.SOCKET_TIMEOUT, 0)
        else:
            self._set_timer()
