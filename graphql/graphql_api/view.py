"""`/graphql`: operations in, answers out, and the explorer's page for browsers (GraphQL over HTTP)."""

from dataclasses import replace
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from strawberry.types import ExecutionResult

from app.errors import Unauthenticated, Unavailable
from app.pipeline.key_use import KeyUse
from app.site import Site
from app.store import keys
from app.store.keys import Caller
from app.web.client_address import TrustedProxies
from app.web.explorer import explorer_assets, explorer_page
from app.web.reached import how_reached, raw_headers
from graphql_api.context import Context
from graphql_api.execution import Operation, ReadsOnly, as_answer, execute, was_run
from graphql_api.request import (
    PLAIN_JSON,
    RESPONSE_JSON,
    BadRequest,
    asked_operations,
    given_key,
    media_type,
    wants_page,
)

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}


def graphql_routes(site: Site) -> list[BaseRoute]:
    """Return the routes of the API and of its explorer."""
    return [explorer_assets(), Route("/graphql", GraphQLView(site).answer, methods=["GET", "POST"])]


class GraphQLView:
    """Lets requests in by their keys, and answers them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._proxies = TrustedProxies(site.settings.trusted_proxies)
        self._uses = KeyUse(site)

    async def answer(self, request: Request) -> Response:
        """Answer one request: a page to browsers, 401 without a valid key, else what its operations say."""
        if wants_page(request):
            return explorer_page(request)
        media = PLAIN_JSON
        try:
            media = media_type(request.headers.get("accept"))
            ctx, caller = await self._let_in(request)
            response = await _answered(ctx, await asked_operations(request), media)
        except Unauthenticated as error:
            refused = _refused(error.message, error.code, 401, media)
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        except ReadsOnly:
            refused = _refused("Mutations are sent by POST.", "BAD_REQUEST", 405, media)
            refused.headers["Allow"] = "POST"
            return refused
        except BadRequest as error:
            return _refused(error.message, "BAD_REQUEST", error.status, media)
        if self._uses.is_due(caller):
            response.background = BackgroundTask(self._uses.note, caller)
        return response

    async def _let_in(self, request: Request) -> tuple[Context, Caller]:
        """Return the request's context and who asks; Unauthenticated when it brings no valid key."""
        site = self._site
        reached = how_reached(request.scope, raw_headers(request.scope), self._proxies)
        caller = await keys.authenticate(site.database, site.vault, given_key(request), reached.address, site.clock())
        return Context(site, caller, reached.root or site.site_root, reached.address), caller


async def _answered(ctx: Context, asked: Operation | list[Operation], media: str) -> Response:
    if isinstance(asked, Operation):
        result = await execute(ctx, asked)
        return _response(as_answer(result), _status(result, media), media)
    # One after another, each with eyes of its own: what one changed, the next must see.
    answers = [as_answer(await execute(replace(ctx), one)) for one in asked]
    return _response(answers, 200, media)


def _status(result: ExecutionResult, media: str) -> int:
    if result.errors and any(_is_timeout(error) for error in result.errors):
        return 503
    return 400 if media == RESPONSE_JSON and not was_run(result) else 200


def _is_timeout(error: GraphQLError) -> bool:
    return error.path is None and (error.extensions or {}).get("code") == Unavailable.code


def _response(value: Any, status: int, media: str) -> Response:
    return Response(orjson.dumps(value), status, _HEADERS, f"{media}; charset=utf-8")


def _refused(message: str, code: str, status: int, media: str) -> Response:
    errors = [{"message": message, "extensions": {"code": code}}]
    return _response({"errors": errors}, status, media)
