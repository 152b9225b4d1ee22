"""Ping URLs (specs/healthchecks.md section 8): a plain ASGI application, since what it costs is paid once a ping.

Nothing is answered 2xx before it is on disk.
"""

import logging
from datetime import datetime
from email.utils import formatdate
from http import HTTPStatus

from starlette.types import Message, Receive, Scope, Send

from app.errors import Unavailable
from app.ids import new_uuid
from app.pipeline.ingest import Ingest, Receipt, Signal
from app.pipeline.ingest.creation import BadProvision
from app.site import Site
from app.web.client_address import TrustedProxies
from app.web.ping_request import BadPing, PingTarget, parse_path, parse_query
from app.web.reached import nearest_address
from app.web.request_body import BodyTooLarge, ClientGone, has_body, read_start

MAX_REQUEST_BODY = 2_621_440
"""Bytes; a request with more is refused."""

_USER_AGENT_LENGTH = 200
_METHOD_LENGTH = 20

_OK = (HTTPStatus.OK.value, b"OK")
_OTHERS = {
    Receipt.CREATED: (HTTPStatus.CREATED.value, b"Created"),
    Receipt.NOT_FOUND: (HTTPStatus.NOT_FOUND.value, b"not found"),
    Receipt.AMBIGUOUS: (HTTPStatus.CONFLICT.value, b"ambiguous slug"),
}
_UNKNOWN = (HTTPStatus.NOT_FOUND.value, b"<!doctype html>\n<title>Not Found</title>\n<h1>Not Found</h1>\n")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_NEVER_CACHED = (b"cache-control", b"max-age=0, no-cache, no-store, must-revalidate, private")
_TRY_AGAIN = (b"retry-after", b"1")

_log = logging.getLogger(__name__)

_Answer = tuple[int, bytes]


class PingEndpoint:
    """Answers every method at `/ping/…` and `/healthchecks/ping/…`."""

    def __init__(self, ingest: Ingest, site: Site) -> None:
        self._ingest = ingest
        self._clock = site.clock
        self._kept_bytes = site.settings.ping_body_limit
        self._proxies = TrustedProxies(site.settings.trusted_proxies)
        self._started = _Started(self._kept_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record one ping and answer it."""
        now = self._clock()
        try:
            target = parse_path(scope["path"])
            status, text = await self._answer(target, scope, receive, now) if target else _UNKNOWN
        except ClientGone:
            return
        except Exception as error:  # noqa: BLE001 - whatever a bug raises, the client gets an answer with its number
            status, text = _refusal(error)
        await send(self._started(status, len(text), now))
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text})

    async def _answer(self, target: PingTarget, scope: Scope, receive: Receive, now: datetime) -> _Answer:
        headers = dict(reversed(scope["headers"]))  # of a header that is sent twice, the first counts
        run_key, provision = parse_query(scope["query_string"])
        body = b""
        if has_body(headers):
            body = await read_start(receive, headers, keep=self._kept_bytes, allow=MAX_REQUEST_BODY)
        remote_address, scheme = self._proxies.origin(scope, headers)
        signal = Signal(
            received_at=now,
            kind=target.kind,
            method=scope["method"][:_METHOD_LENGTH],
            uuid=target.uuid,
            ping_key=target.ping_key,
            slug=target.slug,
            provision=provision if target.slug is not None else None,
            exit_status=target.exit_status,
            run_key=run_key,
            scheme=scheme,
            remote_address=remote_address,
            nearest_address=nearest_address(scope, self._proxies) if target.ping_key else None,
            user_agent=_text(headers.get(b"user-agent", b""))[:_USER_AGENT_LENGTH],
            body=body,
        )
        receipt = await self._ingest.submit(signal)
        return _OK if receipt is Receipt.OK else _OTHERS[receipt]  # hashing a word of an enum is slow


class _Started:
    """Makes the messages that start answers, anew every second."""

    def __init__(self, kept_bytes: int) -> None:
        self._second = -1
        self._made: dict[tuple[int, int], Message] = {}
        self._limit = (b"ping-body-limit", b"%d" % kept_bytes)

    def __call__(self, status: int, length: int, now: datetime) -> Message:
        second = int(now.timestamp())
        if second != self._second:
            self._second = second
            self._made.clear()
        made = self._made.get((status, length))
        if made is None:
            made = self._made[status, length] = self._make(status, length)
        return made

    def _make(self, status: int, length: int) -> Message:
        headers = [_HTML, _NEVER_CACHED, (b"expires", formatdate(self._second, usegmt=True).encode())]
        headers.append((b"content-length", b"%d" % length))
        if status < HTTPStatus.MULTIPLE_CHOICES:
            headers += [(b"access-control-allow-origin", b"*"), self._limit]
        elif status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(_TRY_AGAIN)
        return {"type": "http.response.start", "status": status, "headers": headers}


def _refusal(error: Exception) -> _Answer:
    """Return how a request that was not recorded is answered."""
    if isinstance(error, BadPing):
        return HTTPStatus.BAD_REQUEST.value, str(error).encode()
    if isinstance(error, BadProvision):
        return HTTPStatus.BAD_REQUEST.value, error.message.encode(errors="replace")
    if isinstance(error, BodyTooLarge):
        return HTTPStatus.BAD_REQUEST.value, b"request body too large"
    if isinstance(error, Unavailable):
        return HTTPStatus.SERVICE_UNAVAILABLE.value, b"unavailable, try again"
    number = new_uuid()
    _log.error("Internal error %s while recording a ping", number, exc_info=error)
    return HTTPStatus.INTERNAL_SERVER_ERROR.value, f"internal error {number}".encode()


def _text(header: bytes) -> str:
    """Decode a header leniently; NUL, which PostgreSQL cannot store in text, is left out."""
    return header.decode(errors="replace").replace("\0", "")
