"""What goes over the wire for a request, and which requests cannot be sent at all."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from yarl import URL

from app.probes.result import Headers, Request
from app.security.hops import basic_authorization, wire_url

USER_AGENT = "Heliograph"

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 4096

_METHOD = re.compile(r"[A-Z]{2,20}")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 calls it a token
# Control characters, and halves of characters that no encoding can write.
_UNFIT_IN_A_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_UNFIT_IN_A_URL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_METHODS_WITH_A_BODY = frozenset({"POST", "PUT", "PATCH"})
_DEFAULT_HEADERS = (
    ("User-Agent", USER_AGENT),
    ("Accept", "*/*"),
    # The size of the body is that of what the server has, unless the request asks for something else.
    ("Accept-Encoding", "identity"),
)


class InvalidRequest(ValueError):
    """The request cannot be sent; the text says why, to people."""


@dataclass(frozen=True)
class Prepared:
    """A request with every header that will be sent, in order, and where to send it."""

    request: Request
    host: str
    port: int
    tls: bool

    @cached_property
    def header_lines(self) -> list[bytes]:
        """The headers as libcurl wants them: a semicolon ends one without a value, a bare colon removes its own."""
        headers = self.request.headers
        lines = [f"{name}: {value}" if value else f"{name};" for name, value in headers]
        names = {name.lower() for name, _ in headers}
        lines += [f"{name}:" for name in ("Content-Type", "Expect") if name.lower() not in names]
        return [line.encode() for line in lines]


def prepare(request: Request) -> Prepared:
    """Return the request as it will be sent: its URL escaped, credentials in it as a header, our headers added.

    Raises `InvalidRequest` for what is no HTTP, before anything is resolved or sent. What a monitor sends is mostly the
    same at each run: short requests are remembered.
    """
    return (_known if _size(request) <= _LONGEST_REMEMBERED else _prepared)(request)


def _size(request: Request) -> int:
    return len(request.url) + len(request.body or b"") + sum(len(name) + len(value) for name, value in request.headers)


def _prepared(request: Request) -> Prepared:
    if not _METHOD.fullmatch(request.method) or request.method == "CONNECT":
        raise InvalidRequest("The method is not an HTTP method in capital letters")
    url = _url(request.url)
    body = request.body
    if body is None and request.method in _METHODS_WITH_A_BODY:
        body = b""
    host = url.raw_host or ""
    return Prepared(
        request=Request(request.method, str(url), _headers(request, url, body), body),
        host=host,
        port=url.port or 0,
        tls=url.scheme == "https",
    )


_known = lru_cache(maxsize=_REMEMBERED)(_prepared)


def _url(text: str) -> URL:
    if _UNFIT_IN_A_URL.search(text):
        raise InvalidRequest("The URL contains control characters")
    try:
        return wire_url(text)
    except ValueError as error:
        raise InvalidRequest("The URL is not an absolute http or https URL") from error


def _headers(request: Request, url: URL, body: bytes | None) -> Headers:
    """Return all headers in the order in which libcurl writes them: Host comes first and Connection last."""
    for name, value in request.headers:
        _check(name, value, body)
    given: dict[str, list[tuple[str, str]]] = {"host": [], "connection": [], "": []}
    for name, value in request.headers:
        if name.lower() != "content-length":
            given.get(name.lower(), given[""]).append((name, value.strip()))
    if len(given["host"]) > 1:
        raise InvalidRequest("There is more than one Host header")
    names = {name.lower() for name, _ in request.headers}
    authorization = None if "authorization" in names else basic_authorization(request.url)
    return (
        *(given["host"] or [("Host", url.host_port_subcomponent or "")]),
        *given[""],
        *([("Authorization", authorization)] if authorization else []),
        *(pair for pair in _DEFAULT_HEADERS if pair[0].lower() not in names),
        *([("Content-Length", str(len(body)))] if body is not None else []),
        *(given["connection"] or [("Connection", "close")]),
    )


def _check(name: str, value: str, body: bytes | None) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidRequest("A header has a name that HTTP does not allow")
    if _UNFIT_IN_A_HEADER.search(value):
        raise InvalidRequest(f"The header {name} contains control characters")
    # What bounds the message on the wire follows from the body; another word on it would desynchronise the server.
    if name.lower() == "transfer-encoding":
        raise InvalidRequest("The header Transfer-Encoding cannot be set")
    if name.lower() == "content-length" and value.strip() != str(len(body or b"")):
        raise InvalidRequest("The header Content-Length does not fit the body")
