"""From where a key may be used (specs/apiscience.md section 2)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from app.errors import InvalidInput

ANY = "*"
_REMEMBERED = 1_024
_OCTETS = 4
_GROUPS = 8
_OCTET = re.compile(r"[0-9*]{1,3}", re.ASCII)
_GROUP = re.compile(r"[0-9a-f*]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Wildcard:
    """What each octet (of four) or group (of eight) of an address must look like; those left out may be anything."""

    separator: str
    units: tuple[re.Pattern[str], ...]

    def admits(self, address: IPv4Address | IPv6Address) -> bool:
        units = _units(address)
        return self.separator == _separator(address) and all(
            wanted.fullmatch(unit) for wanted, unit in zip(self.units, units, strict=False)
        )


def address_allowed(pattern: str | None, address: str | None) -> bool:
    """Tell whether the pattern admits the address; no pattern admits all.

    A pattern is a comma-separated list of addresses, networks (`10.0.0.0/8`) and texts with `*` (`192.168.1.*`). `*`
    stands for one or more characters of one octet or group; at the end of a text with fewer of them (`10.*`), for all
    that follow as well. An IPv4 address is the same in its IPv6 spelling.
    """
    parts = [part.strip() for part in pattern.split(",")] if pattern else [ANY]
    return ANY in parts or (address is not None and any(_admits(part, address) for part in parts))


def check_pattern(pattern: str) -> str:
    """Return the pattern; InvalidInput when a part of it can never match an address."""
    for part in pattern.split(","):
        if part.strip() != ANY and _wildcard(part.strip()) is None and not _is_network(part.strip()):
            raise InvalidInput(f"{part.strip()[:50]!r} is no address, network or pattern with *.", path=("allowIp",))
    return pattern


def _admits(part: str, address: str) -> bool:
    try:
        own = _plain(ip_address(address))
        wildcard = _wildcard(part)
        return wildcard.admits(own) if wildcard else own in ip_network(part, strict=False)
    except ValueError:
        return False


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _separator(address: IPv4Address | IPv6Address) -> str:
    return "." if isinstance(address, IPv4Address) else ":"


def _units(address: IPv4Address | IPv6Address) -> list[str]:
    units = address.exploded.split(_separator(address))
    return units if isinstance(address, IPv4Address) else [_without_zeros(unit) for unit in units]


@lru_cache(maxsize=_REMEMBERED)
def _wildcard(part: str) -> _Wildcard | None:
    """Return what a text with `*` asks for; None when it has none, or no address is like that."""
    if "*" not in part:
        return None
    if ":" in part:
        units, form, most, separator = _groups(part.lower()), _GROUP, _GROUPS, ":"
    else:
        units, form, most, separator = part.split("."), _OCTET, _OCTETS, "."
    is_whole = len(units) == most or (len(units) < most and units[-1].endswith("*"))
    if not is_whole or not all(map(form.fullmatch, units)):
        return None
    return _Wildcard(separator, tuple(re.compile(unit.replace("*", "[0-9a-f]+")) for unit in units))


def _groups(part: str) -> list[str]:
    """Return the groups of an IPv6 pattern; `::` stands for the zeros that make eight of them."""
    before, gap, after = part.partition("::")
    first, last = ([group for group in side.split(":") if group] for side in (before, after))
    zeros = ["0"] * (_GROUPS - len(first) - len(last)) if gap else []
    return [_without_zeros(group) for group in (*first, *zeros, *last)]


def _without_zeros(group: str) -> str:
    return group if "*" in group else group.lstrip("0") or "0"


def _is_network(part: str) -> bool:
    try:
        ip_network(part, strict=False)
    except ValueError:
        return False
    return True
