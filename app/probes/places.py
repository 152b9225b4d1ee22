"""The addresses that a request may be sent to: those of its host that the policy allows (DESIGN section 4)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

from app.probes.resolver import Resolver, Unresolved
from app.probes.result import FailureCode
from app.security.addresses import is_allowed

_ENDS_IN_A_NUMBER = re.compile(r"(.*\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\.?")
"""Hosts that some programs read as an IPv4 address in other spellings (127.1, 0x7f000001); no name is like that."""


async def addresses_of(host: str, *, resolver: Resolver, seconds: float) -> tuple[list[str], float | None]:
    """Return the addresses of a host, and the milliseconds that resolving took, None for an address itself.

    Raises `Unresolved` when it has none.
    """
    literal = _literal(host)
    if literal is not None:
        return [literal], None
    if _ENDS_IN_A_NUMBER.fullmatch(host):
        raise Unresolved(FailureCode.NAME_NOT_FOUND, "The host is neither a name nor a plain address")
    return await resolver.resolve(host, seconds=seconds)


def allowed(addresses: Iterable[str], *, allow_private: bool) -> list[str]:
    """Return those that may be connected to, in order."""
    return [address for address in addresses if _may_be_reached(address, allow_private)]


# A monitor's host is the same at every run, and reading an address costs more than remembering it.
@lru_cache(maxsize=4096)
def _literal(host: str) -> str | None:
    """Return the address that a host is, in its one canonical spelling, None for a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _may_be_reached(address: str, allow_private: bool) -> bool:  # noqa: FBT001  the cache wants plain arguments
    """Ask the policy; an address with a zone (fe80::1%eth0) names a wire of this machine, whatever its number."""
    return "%" not in address and is_allowed(address, allow_private=allow_private)
