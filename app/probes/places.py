"""The addresses that a request may be sent to: those of its host that the policy allows (DESIGN section 4)."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from app.probes.resolver import Resolver, Unresolved
from app.probes.result import FailureCode
from app.security.addresses import is_allowed

Address = IPv4Address | IPv6Address

_ENDS_IN_A_NUMBER = re.compile(r"(.*\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\.?")
"""Hosts that some programs read as an IPv4 address in other spellings (127.1, 0x7f000001); no name is like that."""


async def addresses_of(host: str, *, resolver: Resolver, seconds: float) -> tuple[list[str], float | None]:
    """Return the addresses of a host, and the milliseconds that resolving took, None for an address itself.

    Raises `Unresolved` when it has none.
    """
    try:
        return [str(ip_address(host))], None
    except ValueError:
        if _ENDS_IN_A_NUMBER.fullmatch(host):
            raise Unresolved(FailureCode.NAME_NOT_FOUND, "The host is neither a name nor a plain address") from None
    return await resolver.resolve(host, seconds=seconds)


def allowed(addresses: Iterable[str], *, allow_private: bool) -> list[Address]:
    """Return those that may be connected to, in order.

    An address with a zone (fe80::1%eth0) names a wire of this machine, whatever its number, and is never one.
    """
    return [
        ip_address(address)
        for address in addresses
        if "%" not in address and is_allowed(address, allow_private=allow_private)
    ]
