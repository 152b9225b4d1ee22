"""The outgoing-address policy: which addresses this server may connect to (DESIGN section 4).

Pure decisions on one address. Whoever connects asks about the very address that it connects to, after
the name was resolved and again at every redirect, so that a name cannot change its meaning in between.
"""

from collections.abc import Iterable
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

REFUSED_MESSAGE = "Connections to private IP addresses are not allowed"
"""What people read, whichever rule refused the address (specs/healthchecks.md section 11)."""


class Reach(Enum):
    """How far an address reaches: `PRIVATE` is a matter of the operator's setting, `FORBIDDEN` is not."""

    PUBLIC = "public"
    PRIVATE = "private"
    FORBIDDEN = "forbidden"


def is_allowed(address: str, *, allow_private: bool) -> bool:
    """Tell whether a connection to this address (as `getaddrinfo` writes it) may be made.

    What is no address at all is refused.
    """
    try:
        reach = reach_of(ip_address(address))
    except ValueError:
        return False
    return reach is Reach.PUBLIC or (reach is Reach.PRIVATE and allow_private)


def reach_of(address: IPv4Address | IPv6Address) -> Reach:
    """Classify an address; an IPv6 form that carries an IPv4 address counts as what it carries."""
    if isinstance(address, IPv4Address):
        return _reach_v4(address)
    carried = _carried_v4(address)
    return _reach_v6(address) if carried is None else _reach_v4(carried)


def _reach_v4(address: IPv4Address) -> Reach:
    if any(address in network for network in _FORBIDDEN_V4):
        return Reach.FORBIDDEN
    return Reach.PRIVATE if any(address in network for network in _PRIVATE_V4) else Reach.PUBLIC


def _reach_v6(address: IPv6Address) -> Reach:
    if any(address in network for network in _FORBIDDEN_V6):
        return Reach.FORBIDDEN
    if any(address in network for network in _PRIVATE_V6):
        return Reach.PRIVATE
    return Reach.PUBLIC if address in _GLOBAL_V6 else Reach.FORBIDDEN


def _carried_v4(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a gateway or the kernel would really talk to."""
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if any(address in network for network in _LAST_32_BITS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _v4(networks: Iterable[str]) -> tuple[IPv4Network, ...]:
    return tuple(map(IPv4Network, networks))


def _v6(networks: Iterable[str]) -> tuple[IPv6Network, ...]:
    return tuple(map(IPv6Network, networks))


_FORBIDDEN_V4 = _v4(
    (
        "0.0.0.0/8",  # unspecified: reaches this machine on many systems
        "100.100.100.200/32",  # metadata: Alibaba
        "168.63.129.16/32",  # metadata: Azure's wire server
        "169.254.0.0/16",  # link-local, metadata of most clouds
        "192.0.0.0/24",  # protocol assignments, metadata: Oracle
        "192.88.99.0/24",  # former 6to4 relays
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_PRIVATE_V4 = _v4(
    (
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers' customers
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.2.0/24",  # documentation, this and the next but two
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
    )
)
_FORBIDDEN_V6 = _v6(
    (
        "2001::/23",  # protocol assignments, Teredo
        "fd00:42::42/128",  # metadata: Scaleway
        "fd00:ec2::/32",  # metadata: Amazon
        "fd20:ce::254/128",  # metadata: Google
    )
)
_PRIVATE_V6 = _v6(
    (
        "::1/128",
        "64:ff9b:1::/48",  # NAT64 of a local network
        "2001:db8::/32",  # documentation, this and the next
        "3fff::/20",
        "fc00::/7",
        "fec0::/10",  # site-local, no longer given out
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_LAST_32_BITS = _v6(("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))  # mapped, translated, NAT64
