"""The words that all kinds of probe share, and what one HTTP exchange shows. Pure data (GRAPHQL.md section 6)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]
"""Names and values in their order on the wire, duplicates and all."""


class Phase(StrEnum):
    """The parts of a measurement, in the order in which they happen."""

    RESOLVE = "RESOLVE"
    CONNECT = "CONNECT"
    TLS = "TLS"
    PROCESSING = "PROCESSING"
    TRANSFER = "TRANSFER"
    CLOSING = "CLOSING"
    SCRIPT = "SCRIPT"
    VALIDATION = "VALIDATION"


class FailureCode(StrEnum):
    """What went wrong; stable, for programs. `NOT_MEASURED` is our own trouble and says nothing about the target."""

    INVALID_REQUEST = "INVALID_REQUEST"
    NAME_NOT_FOUND = "NAME_NOT_FOUND"
    NAME_SERVER_FAILED = "NAME_SERVER_FAILED"
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    TIMEOUT = "TIMEOUT"
    CONNECTION_REFUSED = "CONNECTION_REFUSED"
    CONNECTION_RESET = "CONNECTION_RESET"
    CONNECTION_FAILED = "CONNECTION_FAILED"
    UNREACHABLE = "UNREACHABLE"
    TLS_FAILED = "TLS_FAILED"
    CERTIFICATE_EXPIRED = "CERTIFICATE_EXPIRED"
    CERTIFICATE_NOT_YET_VALID = "CERTIFICATE_NOT_YET_VALID"
    CERTIFICATE_WRONG_NAME = "CERTIFICATE_WRONG_NAME"
    CERTIFICATE_UNTRUSTED = "CERTIFICATE_UNTRUSTED"
    EMPTY_RESPONSE = "EMPTY_RESPONSE"
    INVALID_RESPONSE = "INVALID_RESPONSE"
    HEADERS_TOO_LARGE = "HEADERS_TOO_LARGE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    TRUNCATED_RESPONSE = "TRUNCATED_RESPONSE"
    INVALID_REDIRECT = "INVALID_REDIRECT"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"
    SCRIPT_FAILED = "SCRIPT_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    NOT_MEASURED = "NOT_MEASURED"


@dataclass(slots=True)
class PhaseTimes:
    """Milliseconds of each part, None where it did not happen. The part that failed has the time until it failed."""

    resolve_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    processing_ms: float | None = None
    transfer_ms: float | None = None
    closing_ms: float | None = None

    @property
    def total_ms(self) -> float:
        """The sum of the parts."""
        return (
            (self.resolve_ms or 0.0)
            + (self.connect_ms or 0.0)
            + (self.tls_ms or 0.0)
            + (self.processing_ms or 0.0)
            + (self.transfer_ms or 0.0)
            + (self.closing_ms or 0.0)
        )

    def __add__(self, other: "PhaseTimes") -> "PhaseTimes":
        """Sum part by part: the times of several exchanges."""
        return PhaseTimes(*map(_sum, self._parts(), other._parts()))

    def _parts(self) -> tuple[float | None, ...]:
        return (
            self.resolve_ms,
            self.connect_ms,
            self.tls_ms,
            self.processing_ms,
            self.transfer_ms,
            self.closing_ms,
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a measurement has no good end: in which part, a stable code, and a sentence for people."""

    phase: Phase
    code: FailureCode
    message: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the server showed for itself, whether or not it was trusted.

    `names` are the DNS names and addresses that it is for; the subject and issuer are written as in RFC 4514.
    `protocol` and `cipher` are as OpenSSL names them, empty where the handshake did not get so far.
    """

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    chain_length: int
    protocol: str
    cipher: str


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, to be sent or as it was sent; what may hold secrets is not shown."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class Response:
    """One HTTP response: of its body the first bytes up to the limit, and the number of all that came.

    Bytes count as they came inside the transfer encoding: a compressed body is neither unpacked nor counted so.
    """

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    body_size: int

    @property
    def truncated(self) -> bool:
        """Tell whether `body` is only the start."""
        return self.body_size > len(self.body)

    @property
    def content_type(self) -> str | None:
        """The first Content-Type header."""
        return self.header("content-type")

    def header(self, name: str) -> str | None:
        """Return the first header of this lower-case name."""
        return next((value for header, value in self.headers if header.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect that was followed."""

    url: str
    status: int
    address: str
    phases: PhaseTimes
    body_size: int = 0


@dataclass(slots=True)
class HttpExchange:
    """One request and what came of it; with redirects the last request, its response, and the times of all.

    `request` is as it was sent, or as it was given when nothing was. `address` is the one connected to, or the last
    one tried. With a failure, `response` is what had come until then, None before the end of its headers.
    """

    request: Request
    response: Response | None = None
    phases: PhaseTimes = field(default_factory=PhaseTimes)
    address: str | None = None
    certificate: Certificate | None = None
    hops: tuple[Hop, ...] = ()
    failure: Failure | None = None


def _sum(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other
