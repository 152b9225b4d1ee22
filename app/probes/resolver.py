"""Names to addresses, by the hosts file and the DNS servers of this machine: nothing is kept between two probes.

The DNS is asked on the event loop, not by `getaddrinfo` in threads: a name server that does not answer would hold
a thread long after the deadline, and a few such names would starve every other probe.
"""

import asyncio
from pathlib import Path
from time import perf_counter

import dns.asyncresolver
import dns.exception
import dns.rdatatype
import dns.resolver

from app.probes.hosts_file import HostsFile
from app.probes.quick_lookup import SECOND_FAMILY_SECONDS, quick_lookup
from app.probes.result import FailureCode

MAX_LOOKUPS = 200
"""At once; further ones wait, and their wait is not counted as the target's."""
MAX_ADDRESSES_A_FAMILY = 4

_RESOLV_CONF = Path("/etc/resolv.conf")
_QUICK_SECONDS = 2.0  # when any resolver would ask again


class Unresolved(Exception):
    """A name has no address, or nobody said so in time."""

    def __init__(self, code: FailureCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Resolver:
    """Resolves names for one event loop. `upstream` stands in for the machine's own settings of the DNS."""

    def __init__(self, *, hosts: Path = Path("/etc/hosts"), upstream: dns.asyncresolver.Resolver | None = None) -> None:
        self._hosts = HostsFile(hosts)
        self._given = upstream
        self._system: dns.asyncresolver.Resolver | None = None
        self._system_read_at = 0
        self._free = asyncio.Semaphore(MAX_LOOKUPS)

    async def resolve(self, name: str, *, seconds: float) -> tuple[list[str], float]:
        """Return the addresses of a name, IPv6 first as RFC 6724 prefers, and the milliseconds that it took.

        Raises `Unresolved` when there are none, or none within `seconds`.
        """
        try:
            async with asyncio.timeout(seconds), self._free:
                started = perf_counter()
                addresses = self._hosts.addresses(name.rstrip(".").lower()) or await self._ask(name, seconds)
                return addresses, (perf_counter() - started) * 1000
        except TimeoutError as error:
            raise Unresolved(*_TOO_LATE) from error

    async def _ask(self, name: str, seconds: float) -> list[str]:
        upstream = self._given or self._from_system()
        quick = await _quickly(upstream, name, min(seconds, _QUICK_SECONDS))
        return quick or _gathered(await _thoroughly(upstream, name, seconds))

    def _from_system(self) -> dns.asyncresolver.Resolver:
        """Read resolv.conf, again when it has changed: a laptop or container moves between networks."""
        try:
            changed_at = _RESOLV_CONF.stat().st_mtime_ns
            if self._system is None or changed_at != self._system_read_at:
                self._system, self._system_read_at = dns.asyncresolver.Resolver(), changed_at
        except (OSError, dns.resolver.NoResolverConfiguration) as error:
            raise Unresolved(FailureCode.NOT_MEASURED, "The prober has no name server") from error
        return self._system


async def _quickly(upstream: dns.asyncresolver.Resolver, name: str, seconds: float) -> list[str]:
    """Return the addresses in the common case: one server knows the name as it stands."""
    server = upstream.nameservers[0]
    if name.count(".") < (upstream.ndots or 1) or not isinstance(server, str):
        return []
    found = await quick_lookup(server, upstream.port, name, seconds=seconds)
    six = [address for address in found if ":" in address][:MAX_ADDRESSES_A_FAMILY]
    return six + [address for address in found if ":" not in address][:MAX_ADDRESSES_A_FAMILY]


async def _thoroughly(upstream: dns.asyncresolver.Resolver, name: str, seconds: float) -> list[list[str] | Exception]:
    """Ask every server for both families, and under every domain that the machine searches."""
    lookups = [
        asyncio.ensure_future(_look_up(upstream, name, kind, seconds)) for kind in (dns.rdatatype.AAAA, dns.rdatatype.A)
    ]
    try:
        done, missing = await asyncio.wait(lookups, return_when=asyncio.FIRST_COMPLETED)
        if missing:
            found = any(isinstance(lookup.result(), list) for lookup in done)
            await asyncio.wait(missing, timeout=SECOND_FAMILY_SECONDS if found else None)
    finally:
        for lookup in lookups:
            lookup.cancel()
    return [lookup.result() for lookup in lookups if lookup.done()]


async def _look_up(
    upstream: dns.asyncresolver.Resolver, name: str, kind: dns.rdatatype.RdataType, seconds: float
) -> list[str] | Exception:
    """Return the addresses of one family, or why there are none."""
    try:
        answer = await upstream.resolve(name, kind, lifetime=seconds, search=True)
    except (dns.exception.DNSException, OSError) as error:
        return error
    return [str(record.address) for record in list(answer)[:MAX_ADDRESSES_A_FAMILY]]


def _gathered(results: list[list[str] | Exception]) -> list[str]:
    """Return what was found; a family that failed matters only when the other one has nothing."""
    addresses = [address for result in results if isinstance(result, list) for address in result]
    if addresses:
        return addresses
    for kind, reason in _REASONS:
        if any(isinstance(result, kind) for result in results):
            raise Unresolved(*reason)
    raise Unresolved(FailureCode.NAME_NOT_FOUND, "The name has no address")


_TOO_LATE = (FailureCode.TIMEOUT, "The name was not resolved in time")
_FAILED = (FailureCode.NAME_SERVER_FAILED, "No name server could resolve the name")
_REASONS: tuple[tuple[type[Exception], tuple[FailureCode, str]], ...] = (
    (dns.exception.Timeout, _TOO_LATE),
    (dns.resolver.NoNameservers, _FAILED),
    (OSError, _FAILED),
)
