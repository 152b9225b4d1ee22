"""One HTTP exchange: resolved, vetted, pinned, timed, and followed from hop to hop (DESIGN sections 4 and 7).

specs/apiscience.md section 8 has the parts of the time; GRAPHQL.md section 6 has their names.
"""

from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import Self

from app.probes.places import addresses_of, allowed
from app.probes.request import InvalidRequest, Prepared, prepare
from app.probes.resolver import Resolver, Unresolved
from app.probes.result import Failure, FailureCode, Hop, HttpExchange, Phase, PhaseTimes, Request, Response
from app.probes.transport import Transport
from app.security.addresses import REFUSED_MESSAGE
from app.security.hops import redirect, wire_url

MAX_REDIRECTS = 10
RECORDED_BODY_BYTES = 64 * 1024
"""How much of a body a record keeps (specs/apiscience.md section 8); scripts and validations may ask for more."""
MAX_BODY_BYTES = 1024 * 1024

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOO_MANY_REDIRECTS = Failure(Phase.PROCESSING, FailureCode.TOO_MANY_REDIRECTS, "There are too many redirects")
_INVALID_REDIRECT = Failure(
    Phase.PROCESSING, FailureCode.INVALID_REDIRECT, "The redirect leads to no http or https URL"
)
_ADDRESS_REFUSED = Failure(Phase.CONNECT, FailureCode.ADDRESS_REFUSED, REFUSED_MESSAGE)


class Prober:
    """What probes are made with on one event loop: make it there, and close it there.

    `allow_private` lets targets have loopback and private addresses; the rest stands in for the machine's own
    resolver and certificate authorities.
    """

    def __init__(
        self, *, allow_private: bool, resolver: Resolver | None = None, authorities: str | None = None
    ) -> None:
        self.allow_private = allow_private
        self.resolver = resolver or Resolver()
        self.transport = Transport(authorities)

    def close(self) -> None:
        """End what runs, as not measured, and give everything back."""
        self.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


async def exchange(
    request: Request,
    *,
    prober: Prober,
    deadline: float,
    follow_redirects: bool = False,
    body_limit: int = RECORDED_BODY_BYTES,
) -> HttpExchange:
    """Send a request and return what came of it, within `deadline` seconds from resolving to closing.

    Nothing that the network or the target does raises an error: it is the `failure` of the exchange. Up to ten
    redirects are followed if wished, each resolved, vetted and timed like the first. Of the body at most
    `body_limit` bytes are kept, a megabyte if more is asked for.
    """
    until = monotonic() + deadline
    hops: list[Hop] = []
    while True:
        done = await _hop(request, prober, until, min(body_limit, MAX_BODY_BYTES))
        response = done.response
        if not follow_redirects or done.failure or response is None or not _is_redirect(response):
            return _summed(done, hops)
        if len(hops) == MAX_REDIRECTS:
            return _summed(replace(done, failure=_TOO_MANY_REDIRECTS), hops)
        try:
            request = _next(request, response)
        except ValueError:
            return _summed(replace(done, failure=_INVALID_REDIRECT), hops)
        hops.append(Hop(done.request.url, response.status, done.address or "", done.phases, response.body_size))


def _is_redirect(response: Response) -> bool:
    return response.status in _REDIRECTS and bool(response.header("location"))


def _next(request: Request, response: Response) -> Request:
    """Return the request that a redirect asks for; raises `ValueError` when it leads to no http or https URL."""
    to = redirect(request.method, request.url, response.status, response.header("location") or "")
    wire_url(to.url)
    headers = tuple((name, value) for name, value in request.headers if to.keeps(name))
    return Request(to.method, to.url, headers, request.body if to.keeps_body else None)


def _summed(last: HttpExchange, hops: list[Hop]) -> HttpExchange:
    if not hops:
        return last
    return replace(last, hops=tuple(hops), phases=sum((hop.phases for hop in hops), PhaseTimes()) + last.phases)


async def _hop(request: Request, prober: Prober, until: float, body_limit: int) -> HttpExchange:
    """Exchange once, without looking at redirects."""
    try:
        prepared = prepare(request)
    except InvalidRequest as error:
        return HttpExchange(request, failure=Failure(Phase.RESOLVE, FailureCode.INVALID_REQUEST, str(error)))
    started = monotonic()
    try:
        found, resolve_ms = await addresses_of(prepared.host, resolver=prober.resolver, seconds=until - started)
    except Unresolved as error:
        resolving = PhaseTimes(resolve_ms=(monotonic() - started) * 1000)
        return HttpExchange(
            prepared.request, phases=resolving, failure=Failure(Phase.RESOLVE, error.code, error.message)
        )
    resolving = PhaseTimes(resolve_ms=resolve_ms)
    places = allowed(found, allow_private=prober.allow_private)
    if not places:
        return HttpExchange(prepared.request, phases=resolving, address=found[0], failure=_ADDRESS_REFUSED)
    return await _first_that_connects(prepared, places, prober, until, body_limit, resolving)


async def _first_that_connects(
    prepared: Prepared, places: list[str], prober: Prober, until: float, body_limit: int, before: PhaseTimes
) -> HttpExchange:
    """Try the addresses in turn; each has its share of the time that is left to connect in."""
    while True:
        address, *others = places
        seconds = until - monotonic()
        attempt = await prober.transport.send(
            prepared, address, seconds=seconds, connect_seconds=seconds / len(places), body_limit=body_limit
        )
        if not others or not _is_unconnected(attempt.failure):
            return HttpExchange(
                prepared.request,
                response=attempt.response,
                phases=before + attempt.phases,
                address=address,
                certificate=attempt.certificate,
                failure=attempt.failure,
            )
        before += PhaseTimes(connect_ms=attempt.phases.total_ms)
        places = others


def _is_unconnected(failure: Failure | None) -> bool:
    """Tell whether another address is worth a try; libcurl counts the handshake to the time for connecting."""
    return failure is not None and (
        failure.phase is Phase.CONNECT or (failure.phase is Phase.TLS and failure.code is FailureCode.TIMEOUT)
    )
