"""What servers do wrong, and what an exchange says of it."""

import asyncio
import resource
import socket
import struct

import pytest

from app.probes.handle import MAX_HEAD_BYTES, MOST_BODY_BYTES
from app.probes.http import exchange
from app.probes.result import FailureCode, Phase, Request
from tests.app.certificates import DAY, self_signed
from tests.app.receiver import SILENCE, Receiver, answer

OK = b"HTTP/1.1 200 OK\r\n"
RESET = struct.pack("ii", 1, 0)


async def once(url, prober, *, deadline=10.0):
    return await exchange(Request("GET", url), prober=prober, deadline=deadline)


async def failed(url, prober, **options):
    done = await once(url, prober, **options)
    return done.failure.phase, done.failure.code


class Server:
    """Hands each connection to a function of the test."""

    def __init__(self, talk, host="127.0.0.1"):
        self._talk = talk
        self._host = host

    async def __aenter__(self):
        self._tasks = set()
        self._server = await asyncio.start_server(self._serve, self._host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def reset(writer):
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()


@pytest.mark.parametrize(
    ("reply", "phase", "code"),
    [
        (b"", Phase.PROCESSING, FailureCode.EMPTY_RESPONSE),
        (b"SSH-2.0-x\r\n\r\n", Phase.PROCESSING, FailureCode.INVALID_RESPONSE),
        (b"<html>HTTP/0.9 has no headers</html>", Phase.PROCESSING, FailureCode.INVALID_RESPONSE),
        (b"HTTP/9.9 200 OK\r\n\r\n", Phase.PROCESSING, FailureCode.INVALID_RESPONSE),
        (OK + b"no colon\r\n\r\n", Phase.TRANSFER, FailureCode.INVALID_RESPONSE),
        (OK + b"A: \0\r\n\r\n", Phase.TRANSFER, FailureCode.INVALID_RESPONSE),
        (OK + b"Content-Length: -1\r\n\r\n", Phase.TRANSFER, FailureCode.INVALID_RESPONSE),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", Phase.TRANSFER, FailureCode.INVALID_RESPONSE),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe", Phase.TRANSFER, FailureCode.TRUNCATED_RESPONSE),
        (OK + b"Content-Length: 5\r\n\r\nhe", Phase.TRANSFER, FailureCode.TRUNCATED_RESPONSE),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", Phase.TRANSFER, FailureCode.EMPTY_RESPONSE),
        (OK + b"A: b\r\n" * 20_000 + b"\r\n", Phase.TRANSFER, FailureCode.HEADERS_TOO_LARGE),
        (OK + b"A: " + b"b" * MAX_HEAD_BYTES + b"\r\n\r\n", Phase.TRANSFER, FailureCode.HEADERS_TOO_LARGE),
        (b"HTTP/1.1 103 Early\r\nA: b\r\n\r\n" * 10_000, Phase.TRANSFER, FailureCode.HEADERS_TOO_LARGE),
    ],
    ids=["nothing", "ssh", "http 0.9", "http 9.9", "no colon", "nul", "negative length", "bad chunk", "half a chunk",
         "too short", "upgrade", "many headers", "long header", "endless hints"],
)  # fmt: skip
async def test_what_is_no_valid_response_is_a_failure_in_its_part(prober, receiver, reply, phase, code):
    receiver.answers = [reply]
    done = await once(receiver.url, prober)
    assert (done.failure.phase, done.failure.code) == (phase, code)
    assert done.address == "127.0.0.1"
    assert done.phases.closing_ms is None


async def test_of_a_broken_body_is_kept_what_came(prober, receiver):
    receiver.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"]
    response = (await once(receiver.url, prober)).response
    assert (response.status, response.body, response.body_size) == (200, b"he", 2)


async def test_nobody_listens(prober):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = await once(f"http://127.0.0.1:{taken.getsockname()[1]}/", prober)
    assert (done.failure.phase, done.failure.code) == (Phase.CONNECT, FailureCode.CONNECTION_REFUSED)
    assert (done.phases.tls_ms, done.phases.processing_ms, done.phases.transfer_ms) == (None, None, None)
    assert done.phases.connect_ms == done.phases.total_ms > 0


async def test_a_reset_before_the_answer(prober):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await reset(writer)

    async with Server(talk) as server:
        found = await failed(f"http://127.0.0.1:{server.port}/", prober)
    assert found == (Phase.PROCESSING, FailureCode.CONNECTION_RESET)


async def test_a_reset_within_the_answer(prober):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe")
        await asyncio.sleep(0.1)
        await reset(writer)

    async with Server(talk) as server:
        found = await failed(f"http://127.0.0.1:{server.port}/", prober)
    assert found == (Phase.TRANSFER, FailureCode.CONNECTION_RESET)


@pytest.mark.parametrize(
    "length", [b"Content-Length: %d\r\n" % (MOST_BODY_BYTES + 1), b""], ids=["announced", "endless"]
)
async def test_a_body_that_is_too_large_is_not_read_to_its_end(prober, length):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + length + b"\r\n")
        while True:
            writer.write(b"x" * 1_000_000)
            await writer.drain()

    async with Server(talk) as server:
        done = await once(f"http://127.0.0.1:{server.port}/", prober, deadline=30)
    assert (done.failure.phase, done.failure.code) == (Phase.TRANSFER, FailureCode.BODY_TOO_LARGE)
    assert done.response is None or done.response.body_size <= MOST_BODY_BYTES


async def test_a_half_closed_connection(prober):
    async def talk(reader, writer):
        writer.write_eof()
        await reader.read()

    async with Server(talk) as server:
        found = await failed(f"http://127.0.0.1:{server.port}/", prober)
    assert found == (Phase.PROCESSING, FailureCode.EMPTY_RESPONSE)


async def test_silence_ends_at_the_deadline(prober, receiver):
    receiver.answers = [SILENCE]
    done = await once(receiver.url, prober, deadline=0.3)
    assert (done.failure.phase, done.failure.code) == (Phase.PROCESSING, FailureCode.TIMEOUT)
    assert (done.response, done.phases.transfer_ms) == (None, None)


@pytest.mark.parametrize(
    ("start", "status", "body"),
    [(b"HTTP/1.1 200 OK\r\nA: ", None, None), (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", 200, b"x")],
    ids=["headers", "body"],
)
async def test_a_slow_drip_ends_at_the_deadline_with_what_came(prober, start, status, body):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(start)
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.02)

    async with Server(talk) as server:
        done = await once(f"http://127.0.0.1:{server.port}/", prober, deadline=0.4)
    assert (done.failure.phase, done.failure.code) == (Phase.TRANSFER, FailureCode.TIMEOUT)
    assert (done.response and done.response.status) == status
    assert body is None or done.response.body.startswith(body)


async def test_a_handshake_that_is_never_answered_ends_at_the_deadline(prober):
    async def talk(reader, _):
        await reader.read()

    async with Server(talk) as server:
        found = await failed(f"https://127.0.0.1:{server.port}/", prober, deadline=0.3)
    assert found == (Phase.TLS, FailureCode.TIMEOUT)


async def test_plain_words_where_tls_is_expected_are_a_failed_handshake(prober):
    async def talk(_, writer):
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()

    async with Server(talk) as server:
        done = await once(f"https://127.0.0.1:{server.port}/", prober)
    assert (done.failure.phase, done.failure.code) == (Phase.TLS, FailureCode.TLS_FAILED)
    assert done.failure.message.startswith("The TLS handshake failed: ")
    assert done.certificate is None


async def test_without_free_descriptors_nothing_is_said_about_the_target(prober, receiver):
    await once(receiver.url, prober)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.socket() as highest:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest.fileno() + 1, limits[1]))
        try:
            done = await once(receiver.url, prober)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert done.failure.code is FailureCode.NOT_MEASURED


# --- certificates


async def test_the_facts_of_a_trusted_certificate(prober, authority, names):
    names.answers = {"shop.example": [["127.0.0.1"]]}
    async with Receiver(tls=authority.context("shop.example", "*.shop.example", "127.0.0.1")) as receiver:
        done = await once(f"https://shop.example:{receiver.port}/", prober)
    assert (done.failure, done.response.status) == (None, 200)
    facts = done.certificate
    assert (facts.subject, facts.issuer) == ("CN=shop.example", "CN=The authority of the tests")
    assert facts.names == ("shop.example", "*.shop.example", "127.0.0.1")
    assert facts.not_after - facts.not_before == 2 * DAY
    assert (facts.chain_length, facts.protocol) == (2, "TLSv1.3")
    assert facts.cipher.startswith("TLS_")
    assert done.phases.tls_ms > 0


@pytest.mark.parametrize(
    ("names_of", "validity", "code"),
    [
        (["127.0.0.1"], {"since": -3 * DAY, "until": -DAY}, FailureCode.CERTIFICATE_EXPIRED),
        (["127.0.0.1"], {"since": DAY, "until": 2 * DAY}, FailureCode.CERTIFICATE_NOT_YET_VALID),
        (["shop.example", "127.0.0.2"], {}, FailureCode.CERTIFICATE_WRONG_NAME),
    ],
    ids=["expired", "not yet valid", "another name"],
)
async def test_what_is_wrong_with_a_certificate_is_told_apart(prober, authority, names_of, validity, code):
    async with Receiver(tls=authority.context(*names_of, **validity)) as receiver:
        done = await once(receiver.url, prober)
    assert (done.failure.phase, done.failure.code) == (Phase.TLS, code)
    assert done.certificate.names == tuple(names_of)
    assert (done.response, receiver.requests, done.phases.processing_ms) == (None, [], None)


async def test_a_certificate_that_nobody_vouches_for_is_untrusted(prober, tmp_path):
    async with Receiver(tls=self_signed(tmp_path)) as receiver:
        done = await once(receiver.url, prober)
    assert (done.failure.phase, done.failure.code) == (Phase.TLS, FailureCode.CERTIFICATE_UNTRUSTED)
    assert "self-signed" in done.failure.message
    assert done.certificate.subject == done.certificate.issuer == "CN=127.0.0.1"


async def test_a_handle_does_not_remember_the_certificate_of_another_server(prober, authority):
    async def talk(_, writer):
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()

    async with Receiver(tls=authority.context("127.0.0.1")) as receiver, Server(talk) as mail:
        assert (await once(receiver.url, prober)).certificate is not None
        assert (await once(f"https://127.0.0.1:{mail.port}/", prober)).certificate is None


async def test_unreadable_authorities_are_our_own_trouble(prober, authority, tmp_path):
    async with Receiver(tls=authority.context("127.0.0.1")) as receiver:
        (tmp_path / "authority.pem").unlink()
        assert (await failed(receiver.url, prober))[1] is FailureCode.NOT_MEASURED


# --- several addresses


async def test_the_next_address_is_tried_when_one_refuses(prober, receiver, names):
    names.answers = {"two.example": [["::1", "127.0.0.1"]]}
    done = await once(f"http://two.example:{receiver.port}/", prober)
    assert (done.failure, done.address) == (None, "127.0.0.1")
    assert receiver.requests[0].values("Host") == [f"two.example:{receiver.port}"]


async def test_an_address_that_answers_badly_is_the_answer(prober, names):
    seen = []

    async def talk(reader, writer):
        seen.append(await reader.readuntil(b"\r\n\r\n"))

    async with Server(talk) as server:
        names.answers = {"two.example": [["127.0.0.1", "127.0.0.2"]]}
        found = await failed(f"http://two.example:{server.port}/", prober)
    assert found == (Phase.PROCESSING, FailureCode.EMPTY_RESPONSE)
    assert len(seen) == 1


async def test_ipv6_and_international_names(prober, names):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(200, b"six"))
        await writer.drain()

    names.answers = {"xn--h-soa.example": [["::1"]]}
    async with Server(talk, "::1") as server:
        literal = await once(f"http://[::1]:{server.port}/", prober)
        named = await once(f"http://žh.example:{server.port}/", prober)
    assert (literal.response.body, literal.address, literal.phases.resolve_ms) == (b"six", "::1", None)
    assert (named.response.body, named.address) == (b"six", "::1")
    assert named.phases.resolve_ms > 0
    assert named.request.headers[0] == ("Host", f"xn--h-soa.example:{server.port}")
