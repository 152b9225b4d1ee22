"""Who asks: the key of a request and the body that may hold it (specs/healthchecks.md section 2)."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request

from app.errors import InvalidInput
from app.site import Site
from app.store import keys
from app.web.client_address import TrustedProxies
from app.web.reached import how_reached, raw_headers
from app.web.request_body import BodyTooLarge, ClientGone, has_body, read_start
from graphql_api.context import Context

MOST_BODY_BYTES = 1_048_576
"""Bytes of a request's body; one with more is refused."""

_UNREADABLE = "could not parse request body"
_BEARER = "bearer "


async def json_object(request: Request) -> dict[str, Any]:
    """Return the JSON object that a request posts, whatever type it claims to be; an empty body is an empty object."""
    body = await _body(request)
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise InvalidInput(_UNREADABLE) from error
    if not isinstance(value, dict):
        raise InvalidInput("json validation error: value is not an object")
    return value


async def _body(request: Request) -> bytes:
    headers = raw_headers(request.scope)
    if not has_body(headers):
        return b""
    try:
        return await read_start(request.receive, headers, keep=MOST_BODY_BYTES, allow=MOST_BODY_BYTES)
    except BodyTooLarge as error:
        raise InvalidInput("request body is too large") from error
    except ClientGone as error:
        raise InvalidInput(_UNREADABLE) from error


def given_key(request: Request, body: Mapping[str, Any]) -> str:
    """Return the key of a request, empty when there is none.

    `X-Api-Key` wins, even when it is empty; then `api_key` in the body; where the document knows no key,
    `Authorization: Bearer` is heard too.
    """
    header = request.headers.get("x-api-key")
    if header is not None:
        return header.strip()  # the parser leaves blanks behind a value, which are no part of it (RFC 9110 section 5.5)
    if "api_key" in body:
        return str(body["api_key"])
    authorization = request.headers.get("authorization", "")
    return authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else ""


class Gate:
    """Lets requests in: finds out whose key they bring, and by which root they came."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._proxies = TrustedProxies(site.settings.trusted_proxies)

    async def context(self, request: Request, body: Mapping[str, Any], prefix: str) -> Context:
        """Return the context of a request; Unauthenticated when it brings no valid key."""
        site = self._site
        reached = how_reached(request.scope, raw_headers(request.scope), self._proxies)
        key = given_key(request, body)
        caller = await keys.authenticate(site.database, site.vault, key, reached.address, site.clock())
        return Context(
            site=site, caller=caller, root=(reached.root or site.site_root) + prefix, address=reached.address
        )
