"""One of libcurl's handles: set up once, aimed at one request after another, and what came back by it."""

import re
from time import perf_counter

import pycurl  # type: ignore[import-untyped]  # it has no types

from app.probes.request import Prepared
from app.probes.result import Headers

MAX_HEAD_BYTES = 64 * 1024
"""Of status line and headers, those of interim responses and trailers included."""
MOST_BODY_BYTES = 128 * 1024 * 1024
"""A body that is announced or found to be longer is not read to its end."""

_HEAD_END = (b"\r\n", b"\n")
_FIRST_FINAL_STATUS = 200
_TLS_LINE = re.compile(rb"SSL connection using (\S+) / (\S+)")


class Handle:
    """An easy handle and the buffers that it fills. Not for two transfers at once.

    `answered_at` is the instant of the response's first line, by `perf_counter`.
    """

    def __init__(self, ca_file: str) -> None:
        self.curl = pycurl.Curl()
        self.answered_at = 0.0
        self.body_size = 0
        self.protocol = ""
        self.cipher = ""
        self._body = bytearray()
        self._body_limit = 0
        self._head: list[bytes] = []
        self._head_size = 0
        self._head_ended = False
        for option, value in (*_ALWAYS, (pycurl.CAINFO, ca_file)):
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.HEADERFUNCTION, self._on_header)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._on_body)
        self.curl.setopt(pycurl.DEBUGFUNCTION, self._on_debug)

    def describe(self, prepared: Prepared, *, body_limit: int) -> None:
        """Set what will be sent, and how many bytes of the response's body are kept."""
        set_option = self.curl.setopt
        request = prepared.request
        set_option(pycurl.URL, request.url)
        if request.body is None:
            set_option(pycurl.HTTPGET, 1)
            set_option(pycurl.NOBODY, request.method == "HEAD")
        else:
            set_option(pycurl.NOBODY, 0)
            set_option(pycurl.POSTFIELDS, request.body)
        set_option(pycurl.CUSTOMREQUEST, request.method)
        set_option(pycurl.HTTPHEADER, prepared.header_lines)
        # Its log is the one place where libcurl says which protocol and cipher were agreed upon.
        set_option(pycurl.VERBOSE, prepared.tls)
        self._body_limit = body_limit

    def aim(self, address: str, port: int, *, seconds: float, connect_seconds: float) -> None:
        """Point it at one address, whatever the host of its URL is, with the time that it has; empty its buffers.

        The empty host and port before the address match every URL: nothing is left for libcurl to resolve.
        """
        literal = f"[{address}]" if ":" in address else address
        self.curl.setopt(pycurl.CONNECT_TO, [f"::{literal}:{port}"])
        self.curl.setopt(pycurl.TIMEOUT_MS, _milliseconds(seconds))
        self.curl.setopt(pycurl.CONNECTTIMEOUT_MS, _milliseconds(connect_seconds))
        self.clear()

    def clear(self) -> None:
        """Forget what was received."""
        self.body_size = self._head_size = 0
        self._head_ended = False
        self.protocol = self.cipher = ""
        self._body.clear()
        self._head.clear()

    @property
    def status(self) -> int | None:
        """The status of the response, None before its headers ended; an interim response is none."""
        status: int = self.curl.getinfo(pycurl.RESPONSE_CODE)
        return status if self._head_ended and status >= _FIRST_FINAL_STATUS else None

    @property
    def headers(self) -> Headers:
        """The headers of the response as they came."""
        return tuple(_header(line) for line in self._head[1:])

    @property
    def body(self) -> bytes:
        """The start of the response's body, up to the limit."""
        return bytes(self._body)

    def _on_header(self, line: bytes) -> int | None:
        if not self._head_size:
            self.answered_at = perf_counter()
        self._head_size += len(line)
        if self._head_size > MAX_HEAD_BYTES:
            return 0  # ends the transfer by E_WRITE_ERROR
        if line in _HEAD_END:
            self._head_ended = True
        elif not self._head_ended:
            self._head.append(line)
        elif line.startswith(b"HTTP/"):
            # What ended was an interim response. Other lines after the end are trailers, which nobody asked for.
            self._head = [line]
            self._head_ended = False
        return None

    def _on_body(self, chunk: bytes) -> None:
        self.body_size += len(chunk)
        room = self._body_limit - len(self._body)
        if room > 0:
            self._body += chunk[:room]

    def _on_debug(self, kind: int, text: bytes) -> None:
        if kind == pycurl.INFOTYPE_TEXT and (agreed := _TLS_LINE.match(text)):
            self.protocol, self.cipher = agreed[1].decode(), agreed[2].decode()


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.partition(b":")
    return _text(name), _text(value.strip())


def _text(raw: bytes) -> str:
    """Headers are UTF-8 nowadays, and once were Latin-1, in which all bytes have a meaning."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _milliseconds(seconds: float) -> int:
    """Round up to at least one: zero would mean no limit."""
    return max(1, round(seconds * 1000))


_ALWAYS: tuple[tuple[int, int | str], ...] = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    # One request on one connection: a newer version has nothing to gain, and would change the headers' letters.
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    # Every measurement makes its own connection and handshake, and none goes by way of the environment's proxies.
    (pycurl.FRESH_CONNECT, 1),
    (pycurl.FORBID_REUSE, 1),
    (pycurl.SSL_SESSIONID_CACHE, 0),
    (pycurl.PROXY, ""),
    (pycurl.NOPROXY, "*"),
    (pycurl.FOLLOWLOCATION, 0),
    (pycurl.NETRC, 0),
    (pycurl.PATH_AS_IS, 1),
    (pycurl.SSL_VERIFYPEER, 1),
    (pycurl.SSL_VERIFYHOST, 2),
    (pycurl.OPT_CERTINFO, 1),
    (pycurl.MAXFILESIZE_LARGE, MOST_BODY_BYTES),
    # OpenSSL would make a key of the post-quantum kind for each handshake as well: a tenth of the whole probe.
    (pycurl.SSL_EC_CURVES, "X25519:P-256:P-384:P-521"),
)
