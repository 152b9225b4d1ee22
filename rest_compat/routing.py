"""Route tables: one row an endpoint, which binds a documented URL to a resolver.

What is shared by all shims is here and knows no dialect: matching, and the order resolve -> map -> answer. How a
dialect authenticates, refuses and answers is its `Dialect`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from app.errors import HeliographError
from app.pipeline.key_use import KeyUse
from app.security.roles import Role
from app.site import Site
from app.web.path_route import PathRoute
from graphql_api.context import Context
from rest_compat.description import Description


@dataclass(frozen=True, slots=True)
class Call:
    """One request as mappers see it: on whose behalf, and the texts of its path, query, headers and body."""

    ctx: Context
    path: Mapping[str, str] = field(default_factory=dict)
    query: QueryParams = field(default_factory=QueryParams)
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: Any = None


async def no_arguments(_call: Call) -> Mapping[str, Any]:
    """Give the resolver nothing but the context."""
    return {}


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: what `resolve` is given by `arguments` and what `answer` makes of its result.

    A `{name}` in the path has the form that the dialect's `forms` gives it. `needed` is the role that the key must
    have, None where no key is asked for; `status` may depend on the result.
    """

    method: str
    path: str
    resolve: Callable[..., Awaitable[Any]]
    arguments: Callable[[Call], Awaitable[Mapping[str, Any]]]
    answer: Callable[[Call, Any], Awaitable[Any]]
    describe: Description
    needed: Role | None = Role.EDITOR
    status: Callable[[Any], int] = lambda _result: 200


class Dialect(Protocol):
    """How one documented API authenticates, refuses and answers. `allowed` are the methods of the path."""

    @property
    def forms(self) -> Mapping[str, str]:
        """The regular expression of each name that stands in paths."""
        ...

    async def call(self, request: Request, row: Route, prefix: str) -> Call:
        """Read the request and find out who asks; raises what is to be refused."""
        ...

    def answered(self, allowed: Sequence[str], status: int, value: Any) -> Response:
        """Return the answer that says this value."""
        ...

    def refused(self, allowed: Sequence[str], request: Request, error: HeliographError) -> Response:
        """Return the answer to a request that was refused."""
        ...

    def failed(self, request: Request, status: int, message: str) -> Response:
        """Return the answer to a request that could not be answered by no fault of its own."""
        ...

    def wrong_method(self, allowed: Sequence[str], request: Request) -> Response:
        """Return the answer to a method that the path does not have."""
        ...

    def options(self, allowed: Sequence[str]) -> Response:
        """Return the answer to OPTIONS, where the table has no row for it."""
        ...


_DIALECT = "heliograph.dialect"


def failure(request: Request, status: int, message: str) -> Response:
    """Return the answer to a request that failed by our fault, in the words of the API that it is for, if for one."""
    dialect: Dialect | None = request.scope.get(_DIALECT)
    return dialect.failed(request, status, message) if dialect else PlainTextResponse(f"{message}\n", status)


def endpoints(
    site: Site, table: Sequence[Route], dialect: Dialect, *, prefixes: Sequence[str], base: str
) -> list[BaseRoute]:
    """Return the routes that serve the table at `<prefix><base><path>` for each prefix."""
    uses = KeyUse(site)
    return [
        _Endpoint(list(rows), dialect, uses, prefix, base + path)
        for prefix in prefixes
        for path, rows in groupby(table, key=lambda row: row.path)
    ]


def slash_redirects(table: Sequence[Route], dialect: Dialect, *, prefixes: Sequence[str], base: str) -> list[BaseRoute]:
    """Return routes that send a client to the slash that it forgot, for the paths that end in one."""
    paths = dict.fromkeys(row.path for row in table if row.path.endswith("/"))
    return [SlashRedirect(prefix + base + path, dialect.forms) for prefix in prefixes for path in paths]


class _Endpoint(PathRoute):
    """All methods of one path."""

    def __init__(self, rows: Sequence[Route], dialect: Dialect, uses: KeyUse, prefix: str, path: str) -> None:
        super().__init__(prefix + path, dialect.forms)
        self._rows = {row.method: row for row in rows}
        self._allowed = tuple(self._rows)
        self._dialect = dialect
        self._uses = uses
        self._prefix = prefix

    async def respond(self, request: Request) -> Response:
        request.scope[_DIALECT] = self._dialect
        row = self._rows.get(request.method)
        if row is None:
            if request.method == "OPTIONS":
                return self._dialect.options(self._allowed)
            return self._dialect.wrong_method(self._allowed, request)
        try:
            call = await self._dialect.call(request, row, self._prefix)
            response = await self._resolved(row, call)
        except HeliographError as error:
            return self._dialect.refused(self._allowed, request, error)
        if call.ctx.caller is not None and self._uses.is_due(call.ctx.caller):
            response.background = BackgroundTask(self._uses.note, call.ctx.caller)
        return response

    async def _resolved(self, row: Route, call: Call) -> Response:
        if row.needed is not None:
            call.ctx.reach(row.needed)
        result = await row.resolve(call.ctx, **await row.arguments(call))
        return self._dialect.answered(self._allowed, row.status(result), await row.answer(call, result))


class SlashRedirect(PathRoute):
    """Answers the path without its last slash, by any method, with 301 to the path with it; the query is kept."""

    def __init__(self, path: str, forms: Mapping[str, str]) -> None:
        super().__init__(path.removesuffix("/"), forms)

    async def respond(self, request: Request) -> Response:
        """Return the redirect; its location is relative to the host."""
        query = request.scope["query_string"].decode("latin-1")
        location = quote(request.scope["path"]) + "/" + (f"?{query}" if query else "")
        return Response(status_code=301, headers={"Location": location})
