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
    authorization = basic_authorization(request.url)
    if authorization is not None and not any(name.lower() == "authorization" for name in headers):
        headers["Authorization"] = authorization
    return headers


def basic_authorization(url: str) -> str | None:
    """Return the value of the Authorization header that credentials in a URL stand for, None without any."""
    parsed = URL(url)
    if parsed.user is None:
        return None
    pair = f"{parsed.user}:{parsed.password or ''}"
    return f"Basic {b64encode(pair.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a redirect leads, and what of the request may follow it there."""

    method: str
    url: str = field(repr=False)
    keeps_body: bool
    shares_all: bool

    def keeps(self, header: str) -> bool:
        """Tell whether a header of this name may go along."""
        name = header.lower()
        return (self.keeps_body or name not in _BODY_HEADERS) and (self.shares_all or name in _HARMLESS_HEADERS)


def redirect(method: str, url: str, status: int, location: str) -> Redirect:
    """Tell what a redirect asks for; raises `ValueError` when `location` is no URL.

    303, and 301 or 302 after POST, turn into GET without a body; HEAD stays HEAD. Header values may be keys: a
    different origin gets only those that say nothing about the sender.
    """
    target = URL(url).join(URL(location))
    keeps = method == "HEAD" or not (status == _SEE_OTHER or (status in _MOVED and method == "POST"))
    return Redirect(method if keeps else "GET", str(target), keeps_body=keeps, shares_all=_may_share(URL(url), target))


def redirected(request: HttpRequest, status: int, location: str) -> HttpRequest:
    """Return the request for the next hop by the rules of `redirect`; raises `ValueError` as it does."""
    to = redirect(request.method, request.url, status, location)
    headers = {name: value for name, value in request.headers.items() if to.keeps(name)}
    return replace(request, method=to.method, url=to.url, headers=headers, body=request.body if to.keeps_body else None)


def _may_share(old: URL, new: URL) -> bool:
    """Tell whether the new place may know what the old one knows: the same origin, or its move to TLS."""
    if old.raw_host != new.raw_host:
        return False
    upgraded = (old.scheme, old.port, new.scheme, new.port) == ("http", 80, "https", 443)
    return upgraded or (old.scheme, old.port) == (new.scheme, new.port)
