"""Plain http that is sent to https (specs/apiscience.md section 1)."""

from urllib.parse import quote, urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.web.client_address import TrustedProxies
from app.web.path_route import route_path
from app.web.reached import how_reached, raw_headers

SPARED = frozenset({"/healthz", "/readyz"})
"""What asks these stands beside the server, behind any proxy."""


class HttpsOnly:
    """Answers plain http with 301 to the same address in https, before anything is read of the request.

    The port is that of the site's root when that is https, else the usual one. `X-Forwarded-Proto` counts from trusted
    proxies alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._proxies = TrustedProxies(settings.trusted_proxies)
        root = urlsplit(settings.site_root)
        self._host = root.hostname or ""
        self._port = f":{root.port}" if root.scheme == "https" and root.port else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand on what is not plain http."""
        location = self._location(scope) if scope["type"] == "http" and route_path(scope) not in SPARED else None
        answer = Response(status_code=301, headers={"Location": location}) if location else self._app
        await answer(scope, receive, send)

    def _location(self, scope: Scope) -> str | None:
        reached = how_reached(scope, raw_headers(scope), self._proxies)
        _, scheme = self._proxies.origin(scope, raw_headers(scope))
        if scheme == "https":
            return None
        host = (urlsplit(reached.root).hostname if reached.root else None) or self._host
        shown = f"[{host}]" if ":" in host else host
        query = scope["query_string"].decode("latin-1")
        return f"https://{shown}{self._port}{quote(scope['path'])}" + (f"?{query}" if query else "")
