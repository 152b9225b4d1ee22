"""Who asks, and how, when a proxy stands between: `X-Forwarded-For` and `X-Forwarded-Proto`."""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import Scope

from app.errors import InvalidInput

_REMEMBERED = 4_096
_SCHEMES = frozenset({"http", "https"})


class TrustedProxies:
    """The peers whose forwarded headers are believed: addresses and networks, comma-separated; `*` is all."""

    def __init__(self, text: str) -> None:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        self._all = "*" in parts
        self._networks = [_network(part) for part in parts if part != "*"]
        self.trusts = lru_cache(maxsize=_REMEMBERED)(self._trusts)

    def origin(self, scope: Scope, headers: Mapping[bytes, bytes]) -> tuple[str | None, str]:
        """Return the address that a request came from, if it is known, and the scheme that it used."""
        client = scope.get("client")
        peer = client[0] if client else None
        if not self.trusts(peer):
            return peer and first_address(peer), scope["scheme"]
        forwarded_for = headers.get(b"x-forwarded-for")
        proto = headers.get(b"x-forwarded-proto")
        return (
            first_address(forwarded_for.decode("latin-1") if forwarded_for else peer or ""),
            forwarded_scheme(proto.decode("latin-1")) if proto else scope["scheme"],
        )

    def _trusts(self, peer: str | None) -> bool:
        """Tell whether this peer is a proxy of ours; one without an address (a Unix socket) is on this machine."""
        if self._all or peer is None:
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


@lru_cache(maxsize=_REMEMBERED)
def first_address(header: str) -> str | None:
    """Return the first address of `X-Forwarded-For`, without port and zone; None when it is no address."""
    first = header.split(",", 1)[0].strip()
    if first.startswith("["):
        first = first[1:].split("]", 1)[0]
    elif first.count(":") == 1:
        first = first.split(":", 1)[0]
    try:
        return str(ip_address(first.split("%", 1)[0]))
    except ValueError:
        return None


def forwarded_scheme(header: str) -> str:
    """Return the scheme that `X-Forwarded-Proto` names; `http` when it names none."""
    first = header.split(",", 1)[0].strip().lower()
    return first if first in _SCHEMES else "http"


def _network(part: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(part, strict=False)
    except ValueError as error:
        raise InvalidInput(f"HELIOGRAPH_TRUSTED_PROXIES holds {part!r}, which is no address, network or *.") from error
