"""The parts of the time against known delays.

The one place where tests measure: a busy machine adds to any delay, so each is given a few chances to be met.
"""

import asyncio
import select
import socket
from contextlib import contextmanager, suppress

import pytest

from app.probes.http import exchange
from app.probes.result import FailureCode, Phase, Request

WITHIN = 0.15
CHANCES = 5
RESOLVE, CONNECT, TLS, FIRST_BYTE, BODY = 0.25, 0.35, 0.3, 0.4, 0.45


async def meets(measure, expected_ms):
    """Measure until every part is within the bounds; `expected_ms` names the parts."""
    for _ in range(CHANCES):
        times = await measure()
        assert times.total_ms == pytest.approx(sum(part for part in times._parts() if part is not None))
        measured = {name: getattr(times, name) for name in expected_ms}
        if measured == pytest.approx(expected_ms, rel=WITHIN):
            return
    assert measured == pytest.approx(expected_ms, rel=WITHIN)


class SlowServer:
    """Takes its time for the handshake, the first byte and the body."""

    def __init__(self, tls):
        self._tls = tls

    async def __aenter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)  # noqa: FBT003  socket's own
        self.port = self._listener.getsockname()[1]
        self._accepting = asyncio.create_task(self._accept())
        return self

    async def __aexit__(self, *_):
        self._accepting.cancel()
        await asyncio.wait([self._accepting])
        self._listener.close()

    async def _accept(self):
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(self._listener)
            if self._tls is not None:
                await asyncio.sleep(TLS)
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await loop.connect_accepted_socket(lambda it=protocol: it, connection, ssl=self._tls)
            await self._serve(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    async def _serve(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(FIRST_BYTE)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        await asyncio.sleep(BODY)
        writer.write(b"later")
        writer.close()
        with suppress(OSError):  # who hangs up first does not matter
            await writer.wait_closed()


@contextmanager
def unanswered(port):
    """Let 127.0.0.2 take no connection on this port: its queue is full, and nobody empties it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.2", port))
        listener.listen(0)
        waiting = []
        while True:
            client = socket.socket()
            client.setblocking(False)  # noqa: FBT003  socket's own
            client.connect_ex(("127.0.0.2", port))
            waiting.append(client)
            if not select.select([], [client], [], 0.2)[1]:
                break
        yield
        for client in waiting:
            client.close()


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
async def test_resolve_handshake_first_byte_and_body_are_told_apart(prober, names, authority, secure):
    names.answers, names.delay = {"slow.example": [["127.0.0.1"]]}, RESOLVE
    scheme = "https" if secure else "http"
    async with SlowServer(authority.context("slow.example") if secure else None) as server:

        async def measure():
            request = Request("GET", f"{scheme}://slow.example:{server.port}/")
            done = await exchange(request, prober=prober, deadline=20)
            assert (done.failure, done.response.body) == (None, b"firstlater")
            assert (done.phases.tls_ms is not None) == secure
            return done.phases

        expected = {"resolve_ms": RESOLVE * 1000, "processing_ms": FIRST_BYTE * 1000, "transfer_ms": BODY * 1000}
        handshake = {"tls_ms": TLS * 1000} if secure else {}
        await meets(measure, expected | handshake)


async def test_connecting_is_told_apart(prober, names, receiver):
    """Half of the time goes to the address that takes nobody, then the other one is tried."""
    names.answers = {"two.example": [["127.0.0.2", "127.0.0.1"]]}
    with unanswered(receiver.port):

        async def measure():
            request = Request("GET", f"http://two.example:{receiver.port}/")
            done = await exchange(request, prober=prober, deadline=2 * CONNECT)
            assert (done.failure, done.address) == (None, "127.0.0.1")
            return done.phases

        await meets(measure, {"connect_ms": CONNECT * 1000})


async def test_a_connection_that_is_not_taken_in_time_has_all_the_time(prober, receiver):
    with unanswered(receiver.port):

        async def measure():
            request = Request("GET", f"http://127.0.0.2:{receiver.port}/")
            done = await exchange(request, prober=prober, deadline=CONNECT)
            assert (done.failure.phase, done.failure.code) == (Phase.CONNECT, FailureCode.TIMEOUT)
            return done.phases

        await meets(measure, {"connect_ms": CONNECT * 1000, "total_ms": CONNECT * 1000})


async def test_resolving_that_is_too_slow_has_all_the_time(prober, names):
    names.answers, names.delay = {"slow.example": [["127.0.0.1"]]}, 10

    async def measure():
        done = await exchange(Request("GET", "http://slow.example/"), prober=prober, deadline=RESOLVE)
        assert (done.failure.phase, done.failure.code) == (Phase.RESOLVE, FailureCode.TIMEOUT)
        return done.phases

    await meets(measure, {"resolve_ms": RESOLVE * 1000, "total_ms": RESOLVE * 1000})
