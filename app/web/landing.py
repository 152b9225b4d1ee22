"""The first page: where the four APIs and the explorer are."""

from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.site import Site
from app.web.client_address import TrustedProxies
from app.web.reached import how_reached, raw_headers

_PAGE = Path(__file__).with_name("landing.html").read_text()
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def landing_route(site: Site) -> Route:
    """Return the route of `/`, whose command line names the root that the request came by."""
    proxies = TrustedProxies(site.settings.trusted_proxies)

    async def landing(request: Request) -> Response:
        root = how_reached(request.scope, raw_headers(request.scope), proxies).root or site.site_root
        return HTMLResponse(_PAGE.replace("{{ root }}", escape(root)), headers=_HEADERS)

    return Route("/", landing)
