"""The HTTP rules that all endpoints share (specs/apiscience.md sections 1 to 3)."""

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import HeliographError, InvalidInput, NotFound, Unauthenticated
from app.site import Site
from app.web.path_route import PathRoute
from app.web.reached import raw_headers
from app.web.request_body import BodyTooLarge, ClientGone, has_body, read_start
from graphql_api.context import Context
from rest_compat.apiscience import envelope
from rest_compat.apiscience.auth import Gate
from rest_compat.apiscience.errors import METHOD_NOT_ALLOWED, error_object, refusal, status_of
from rest_compat.routing import Call, Route

MOST_BODY_BYTES = 1_048_576
"""Bytes of a request's body; one with more is refused."""
WRITES = frozenset({"POST", "PATCH", "DELETE"})

_ID = r"[0-9]{1,30}"
_TYPE = "application/json; charset=utf-8"
_PREFLIGHT_SECONDS = 600
_NOT_AN_OBJECT = "The body is not a JSON object."


class ApiScienceDialect:
    """Authenticates, refuses and answers as API Science does."""

    forms: ClassVar[Mapping[str, str]] = {
        "monitor": _ID,
        "template": _ID,
        "check": _ID,
        "contact": _ID,
        "suffix": r"(?:\.json)?/?",
    }

    def __init__(self, site: Site) -> None:
        self._gate = Gate(site)
        self._origin = site.settings.cors_origin

    async def call(self, request: Request, row: Route, prefix: str) -> Call:
        """Look at the key and at what it may do, then read the body."""
        ctx = await self._gate.context(request, prefix)
        if row.needed is not None:
            ctx.reach(row.needed)
        body = await json_body(request) if row.method in WRITES else None
        return Call(ctx=ctx, path=request.path_params, query=request.query_params, headers=request.headers, body=body)

    def answered(self, allowed: Sequence[str], status: int, value: Any) -> Response:
        """Answer what the wire mapper wrote."""
        return self._open(allowed, _json(status, value))

    def refused(self, allowed: Sequence[str], request: Request, error: HeliographError) -> Response:
        """Answer by the table of errors."""
        response = _json(status_of(error), envelope.failed(refusal(error, self._gate.root(request))))
        if isinstance(error, Unauthenticated):
            response.headers["WWW-Authenticate"] = "Bearer"
        return self._open(allowed, response)

    def failed(self, request: Request, status: int, message: str) -> Response:
        """Answer a mistake of ours in the envelope as well."""
        return self._error((), request, status, message)

    def wrong_method(self, allowed: Sequence[str], request: Request) -> Response:
        """Answer 405 in the envelope."""
        return self._error(allowed, request, METHOD_NOT_ALLOWED, f"This address has no {request.method[:20]}.")

    def options(self, allowed: Sequence[str]) -> Response:
        """Answer a preflight, without looking at the key."""
        return self._open(allowed, Response(status_code=204))

    def _error(self, allowed: Sequence[str], request: Request, status: int, message: str) -> Response:
        said = error_object(status, message, self._gate.root(request))
        return self._open(allowed, _json(status, envelope.failed(said)))

    def _open(self, allowed: Sequence[str], response: Response) -> Response:
        """Let pages of the sites that may do so read the answer."""
        methods = ", ".join((*allowed, "OPTIONS"))
        if allowed:
            response.headers["Allow"] = methods
        response.headers["X-Content-Type-Options"] = "nosniff"
        if self._origin:
            response.headers["Access-Control-Allow-Origin"] = self._origin
            response.headers["Access-Control-Allow-Methods"] = methods
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return response


class UnknownPath(PathRoute):
    """Answers what no endpoint does, below the roots of the API, with 404 in the envelope."""

    def __init__(self, path: str, forms: Mapping[str, str], dialect: ApiScienceDialect) -> None:
        super().__init__(path, forms)
        self._dialect = dialect

    async def respond(self, request: Request) -> Response:
        """Return the refusal, whatever the method."""
        if request.method == "OPTIONS":
            return self._dialect.options(())
        return self._dialect.refused((), request, NotFound("There is nothing at this address."))


async def json_body(request: Request) -> Any:
    """Return the JSON value that a request brings, None when it brings none; InvalidInput for anything else."""
    headers = raw_headers(request.scope)
    if not has_body(headers):
        return None
    try:
        body = await read_start(request.receive, headers, keep=MOST_BODY_BYTES, allow=MOST_BODY_BYTES)
        body = body.removeprefix(BOM_UTF8)
        return orjson.loads(body) if body.strip() else None
    except BodyTooLarge as error:
        raise InvalidInput(f"The body has more than {MOST_BODY_BYTES} bytes.") from error
    except ClientGone as error:
        raise InvalidInput("The body broke off.") from error
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"The body is not valid JSON: {error}.") from error


def json_object(call: Call) -> Mapping[str, Any]:
    """Return the JSON object of a request, empty when it has no body; InvalidInput for other JSON."""
    if call.body is None:
        return {}
    if not isinstance(call.body, dict):
        raise InvalidInput(_NOT_AN_OBJECT)
    return call.body


def v1(ctx: Context) -> str:
    """Return what the addresses of resources begin with, by the root that the request used."""
    return f"{ctx.root}/v1"


def _json(status: int, value: Any) -> Response:
    return Response(orjson.dumps(value), status, headers={"content-type": _TYPE})
