"""How a request reached this server: the root that its sender used, and from where it came (DESIGN section 5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

from app.web.client_address import TrustedProxies, first_address

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reached:
    """`root` is scheme, host and mount path, without a slash at the end; None when the request named no valid host.

    `address` is the nearest address that no proxy of ours has: what the sender writes in a header cannot forge it.
    """

    root: str | None
    address: str | None


def raw_headers(scope: Scope) -> Mapping[bytes, bytes]:
    """Return the headers by name; of one that was sent twice, the first counts."""
    return dict(reversed(scope["headers"]))


def how_reached(scope: Scope, headers: Mapping[bytes, bytes], proxies: TrustedProxies) -> Reached:
    """Read from where and by which root a request came; `X-Forwarded-…` counts only when a trusted proxy sent it."""
    _, scheme = proxies.origin(scope, headers)
    trusted = proxies.trusts(_peer(scope))
    host = (trusted and _valid_host(headers.get(b"x-forwarded-host"))) or _valid_host(headers.get(b"host"))
    root = f"{scheme}://{host}{scope.get('root_path', '')}" if host else None
    return Reached(root, nearest_address(scope, proxies))


def nearest_address(scope: Scope, proxies: TrustedProxies) -> str | None:
    """Return the nearest address that no proxy of ours has: the one that a key is held to.

    All lines of `X-Forwarded-For` count, in order: some proxies add a line of their own below the sender's.
    """
    peer = _peer(scope)
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    if not forwarded or not proxies.trusts(peer):
        return peer and first_address(peer)
    return _nearest(forwarded.decode("latin-1"), proxies)


def _peer(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _valid_host(header: bytes | None) -> str | None:
    first = (header or b"").decode("latin-1").split(",", 1)[0].strip()
    return first if _HOST.fullmatch(first) else None


def _nearest(forwarded_for: str, proxies: TrustedProxies) -> str | None:
    """Return the last address of `X-Forwarded-For` that is no proxy of ours; the first when all are."""
    address = None
    for part in reversed(forwarded_for.split(",")):
        address = first_address(part)
        if address is None or not proxies.trusts(address):
            return address
    return address
