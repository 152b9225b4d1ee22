"""Who asks: the key of a request (specs/apiscience.md section 2)."""

from starlette.requests import Request

from app.errors import Unauthenticated
from app.site import Site
from app.store import keys
from app.web.client_address import TrustedProxies
from app.web.reached import how_reached, raw_headers
from graphql_api.context import Context

_BEARER = "bearer "


def given_key(authorization: str) -> str:
    """Return the key of `Authorization: Bearer <key>`, empty when there is none."""
    is_bearer = authorization[: len(_BEARER)].lower() == _BEARER
    return authorization[len(_BEARER) :].strip() if is_bearer else ""


class Gate:
    """Lets requests in: finds out whose key they bring, and by which root they came."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._proxies = TrustedProxies(site.settings.trusted_proxies)

    def root(self, request: Request) -> str:
        """Return the site's root as the request reached it, without a slash at the end."""
        return how_reached(request.scope, raw_headers(request.scope), self._proxies).root or self._site.site_root

    async def context(self, request: Request, prefix: str) -> Context:
        """Return the context of a request; Unauthenticated when it brings no key that is valid from there."""
        site = self._site
        reached = how_reached(request.scope, raw_headers(request.scope), self._proxies)
        key = given_key(request.headers.get("authorization", ""))
        if not key.isascii():
            raise Unauthenticated("wrong api key")
        caller = await keys.authenticate(site.database, site.vault, key, reached.address, site.clock())
        return Context(
            site=site, caller=caller, root=(reached.root or site.site_root) + prefix, address=reached.address
        )
