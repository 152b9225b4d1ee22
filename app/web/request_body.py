"""Reading a request's body without ever holding more of it than is kept."""

import asyncio
from collections.abc import Mapping

from starlette.types import Receive

BODY_SECONDS = 60
"""How long a client may take to send a body."""


class BodyTooLarge(Exception):
    """The body is larger than allowed."""


class ClientGone(Exception):
    """The client went away, or stopped sending, before the body was whole."""


def has_body(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request with these headers brings a body."""
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


async def read_start(receive: Receive, headers: Mapping[bytes, bytes], *, keep: int, allow: int) -> bytes:
    """Return the first `keep` bytes of the body, once all of it arrived.

    Raises BodyTooLarge as soon as it is known to have more than `allow` bytes, and ClientGone.
    """
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > allow:
        raise BodyTooLarge
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, keep, allow)
    except TimeoutError as error:
        raise ClientGone from error


async def _read(receive: Receive, keep: int, allow: int) -> bytes:
    kept = bytearray()
    arrived = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        arrived += len(part)
        if arrived > allow:
            raise BodyTooLarge
        kept += part[: max(0, keep - len(kept))]
        more = message.get("more_body", False)
    return bytes(kept)
