"""What goes over the wire at each hop of an outgoing HTTP request: its URL, and what a redirect may carry on."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from yarl import URL

_SEE_OTHER = 303
_MOVED = (301, 302)
_BODY_HEADERS = frozenset({"content-type", "content-encoding", "content-language"})
_HARMLESS_HEADERS = _BODY_HEADERS | {"accept", "accept-language", "user-agent"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Everything that RFC 3986 lets stand in a path or query, and the percent sign of what is encoded already.
# Brackets are not allowed there, and are sent raw by everyone.
_URL_SAFE = "!$%&'()*+,/:;=?@[]~"
_HOST = re.compile(r"[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?\]")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request to send; the header values may be secret, so they are not shown."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


def wire_url(url: str) -> URL:
    """Return the absolute http or https URL, its escapes as they are and all else that needs it escaped.

    Credentials and the fragment are left out. Raises `ValueError` for anything else than such a URL.
    """
    parsed = URL(url)
    host = parsed.host_subcomponent or ""
    if parsed.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        raise ValueError("Only absolute http and https URLs can be called")
    raw = urlsplit(url)
    return URL.build(
        scheme=parsed.scheme,
        authority=host if parsed.explicit_port is None else f"{host}:{parsed.explicit_port}",
        path=quote(raw.path or "/", safe=_URL_SAFE, errors="replace"),
        query_string=quote(raw.query, safe=_URL_SAFE, errors="replace"),
        encoded=True,
    )


def wire_headers(request: HttpRequest) -> dict[str, str]:
    """Return the headers, with credentials of the URL as basic authorization unless the headers have one."""
    headers = dict(request.headers)
    parsed = URL(request.url)
    if parsed.user is not None and not any(name.lower() == "authorization" for name in headers):
        pair = f"{parsed.user}:{parsed.password or ''}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return headers


def redirected(request: HttpRequest, status: int, location: str) -> HttpRequest:
    """Return the request for the next hop; raises `ValueError` when `location` is no URL.

    303, and 301 or 302 after POST, turn into GET without a body. Header values may be keys: a different
    origin gets only those that say nothing about the sender.
    """
    target = URL(request.url).join(URL(location))
    following = replace(request, url=str(target))
    if status == _SEE_OTHER or (status in _MOVED and request.method == "POST"):
        following = replace(following, method="GET", body=None, headers=_without(_BODY_HEADERS, request.headers))
    if not _may_share(URL(request.url), target):
        following = replace(following, headers=_only(_HARMLESS_HEADERS, following.headers))
    return following


def _may_share(old: URL, new: URL) -> bool:
    """Tell whether the new place may know what the old one knows: the same origin, or its move to TLS."""
    if old.raw_host != new.raw_host:
        return False
    upgraded = (old.scheme, old.port, new.scheme, new.port) == ("http", 80, "https", 443)
    return upgraded or (old.scheme, old.port) == (new.scheme, new.port)


def _without(names: frozenset[str], headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in names}


def _only(names: frozenset[str], headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in names}
