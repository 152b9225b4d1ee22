"""From where a key may be used."""

from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network

from app.errors import InvalidInput


def address_allowed(pattern: str | None, address: str | None) -> bool:
    """Tell whether the pattern admits the address; no pattern admits all.

    A pattern is a comma-separated list of addresses, networks (`10.0.0.0/8`) and texts with `*` (`192.168.1.*`).
    """
    if not pattern:
        return True
    return address is not None and any(_admits(part.strip(), address) for part in pattern.split(","))


def check_pattern(pattern: str) -> str:
    """Return the pattern; InvalidInput when a part of it can never match an address."""
    for part in pattern.split(","):
        if "*" not in part and not _is_network(part.strip()):
            raise InvalidInput(f"{part.strip()[:50]!r} is no address, network or pattern with *.", path=("allowIp",))
    return pattern


def _admits(part: str, address: str) -> bool:
    if "*" in part:
        return fnmatchcase(address, part)
    try:
        return ip_address(address) in ip_network(part, strict=False)
    except ValueError:
        return False


def _is_network(part: str) -> bool:
    try:
        ip_network(part, strict=False)
    except ValueError:
        return False
    return True
