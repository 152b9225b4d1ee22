"""The HTTP client of the channels: every address vetted at the moment of connecting, everything bounded.

specs/healthchecks.md section 11 has the error texts and limits, DESIGN section 4 the address policy.
A session lives for one call, so the client runs on whichever event loop calls it.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from app.channels.message import DeliveryError
from app.security.addresses import REFUSED_MESSAGE, is_allowed
from app.security.hops import HttpRequest, redirected, wire_headers, wire_url

DEADLINE_SECONDS = 30.0
MAX_REDIRECTS = 3
MAX_REPLY_BYTES = 64 * 1024
USER_AGENT = "Heliograph"

_DELIVERED = frozenset({200, 201, 202, 204})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class HttpReply:
    """The last hop's answer; of its body the first `MAX_REPLY_BYTES`, as they came."""

    status: int
    body: bytes


class AddressRefused(OSError):
    """The policy refuses the address; an `OSError`, so that the next address of the name gets its turn."""


def by_status(reply: HttpReply) -> None:
    """Accept 200, 201, 202 and 204, and raise `DeliveryError` for all else."""
    if reply.status not in _DELIVERED:
        raise DeliveryError(f"Received status code {reply.status}")


async def deliver(
    request: HttpRequest, *, allow_private: bool, tries: int, judge: Callable[[HttpReply], None] = by_status
) -> HttpReply:
    """Send until `judge` accepts the answer, at most `tries` times in immediate succession.

    `judge` raises `DeliveryError` for an answer that is no success; a permanent one is not tried again. Raises
    `DeliveryError` with the reason of the last try.
    """
    for left in range(tries - 1, -1, -1):
        try:
            reply = await exchange(request, allow_private=allow_private)
            judge(reply)
        except DeliveryError as error:
            if error.permanent or not left:
                raise
        else:
            return reply
    raise ValueError("tries must be 1 or more")


async def exchange(request: HttpRequest, *, allow_private: bool, deadline: float = DEADLINE_SECONDS) -> HttpReply:
    """Send once, follow up to three redirects, and return the answer whatever its status.

    `deadline` (seconds) bounds it all. Raises `DeliveryError` with one of the texts of section 11.
    """
    try:
        async with asyncio.timeout(deadline), _session(allow_private=allow_private) as session:
            return await _follow(session, request)
    except (aiohttp.ClientError, OSError, RuntimeError, ValueError) as error:
        # uvloop raises RuntimeError for some failures of a socket, aiohttp and yarl ValueError for bad URLs.
        raise DeliveryError(_reason(error)) from error


async def _follow(session: aiohttp.ClientSession, request: HttpRequest) -> HttpReply:
    for _ in range(MAX_REDIRECTS + 1):
        reply, location = await _hop(session, request)
        if location is None:
            return reply
        request = redirected(request, reply.status, location)
    raise DeliveryError("Too many redirects")


async def _hop(session: aiohttp.ClientSession, request: HttpRequest) -> tuple[HttpReply, str | None]:
    """Send to one place; return the answer, and where it points if it is a redirect."""
    async with session.request(
        request.method,
        wire_url(request.url),
        headers=wire_headers(request),
        data=request.body or None,
        allow_redirects=False,
    ) as response:
        location = response.headers.get("Location") if response.status in _REDIRECTS else None
        body = await _head(response.content) if location is None else b""
        return HttpReply(response.status, body), location


async def _head(stream: aiohttp.StreamReader) -> bytes:
    """Read up to the limit; what follows is left to the connection's close."""
    head = bytearray()
    while len(head) < MAX_REPLY_BYTES and (chunk := await stream.read(MAX_REPLY_BYTES - len(head))):
        head += chunk
    return bytes(head)


def _session(*, allow_private: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        socket_factory=_vetted_sockets(allow_private=allow_private), use_dns_cache=False, force_close=True
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        headers={"User-Agent": USER_AGENT},
        skip_auto_headers=("Accept-Encoding", "Content-Type"),
        auto_decompress=False,
        trust_env=False,
    )


def _vetted_sockets(*, allow_private: bool) -> Callable[[Any], socket.socket]:
    """Return a maker of sockets that refuses by the address that is about to be connected to."""

    def make(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_allowed(str(address[0]), allow_private=allow_private):
            raise AddressRefused(REFUSED_MESSAGE)
        return socket.socket(family, kind, protocol)

    return make


def _reason(error: Exception) -> str:
    """Put an error into the words of specs/healthchecks.md section 11."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    for kinds, text in _TEXTS:
        if isinstance(error, kinds) or isinstance(cause, kinds):
            return text
    return "Connection failed"


_TEXTS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((AddressRefused,), REFUSED_MESSAGE),
    ((aiohttp.ClientSSLError,), "TLS handshake failed"),
    ((TimeoutError,), "Connection timed out"),
    # A name that cannot be written in the DNS, or a number that is no plain address, resolves to nothing.
    ((aiohttp.ClientConnectorDNSError, aiohttp.InvalidURL, UnicodeError), "Could not resolve host"),
)
