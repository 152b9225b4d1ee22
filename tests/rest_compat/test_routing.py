"""Route tables, in a dialect made up for these tests."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as PlainRoute

from app.errors import HeliographError, NotFound
from app.security.roles import Role
from app.site import Site
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from rest_compat.description import Description
from rest_compat.routing import Call, Route, endpoints, failure, no_arguments, slash_redirects
from tests.conftest import caller_of


class Plain:
    """Answers everything in plain text; the role is what the `X-Role` header says."""

    forms: Mapping[str, str] = {"n": "[0-9]+", "word": "[a-z]+"}

    def __init__(self, site: Site, project: ProjectRecord) -> None:
        self._site = site
        self._project = project

    async def call(self, request: Request, row: Route, prefix: str) -> Call:
        role = Role(request.headers.get("x-role", "EDITOR"))
        ctx = Context(site=self._site, caller=caller_of(self._project, role), root=prefix)
        return Call(ctx=ctx, path=request.path_params, query=request.query_params)

    def answered(self, allowed: Sequence[str], status: int, value: Any) -> Response:
        return PlainTextResponse(str(value), status)

    def refused(self, allowed: Sequence[str], request: Request, error: HeliographError) -> Response:
        return PlainTextResponse(error.code, 400)

    def failed(self, request: Request, status: int, message: str) -> Response:
        return PlainTextResponse(f"our fault: {message}", status)

    def wrong_method(self, allowed: Sequence[str], request: Request) -> Response:
        return PlainTextResponse(" ".join(allowed), 405)

    def options(self, allowed: Sequence[str]) -> Response:
        return PlainTextResponse(" ".join(allowed), 204)


async def path_of(call: Call) -> Mapping[str, Any]:
    return {"path": dict(call.path)}


async def echo(ctx: Context, *, path: dict[str, str]) -> tuple[str, dict[str, str]]:
    return ctx.root, path


async def refuse(ctx: Context) -> None:
    raise NotFound("no")


async def break_down(_ctx: Any) -> None:
    raise RuntimeError("a bug")


async def fail(request: Request, error: Exception) -> Response:
    return failure(request, 503, str(error))


async def same(call: Call, result: Any) -> Any:
    return result


SAYS = Description(summary="", answers={})
TABLE = (
    Route("GET", "/things/", echo, path_of, same, SAYS, Role.VIEWER),
    Route("POST", "/things/", echo, path_of, same, SAYS, status=lambda _: 201),
    Route("GET", "/things/{n}", echo, path_of, same, SAYS),
    Route("GET", "/things/{word}", refuse, no_arguments, same, SAYS),
    Route("GET", "/things/{n}.{word}/deep/", echo, path_of, same, SAYS),
    Route("GET", "/broken/", break_down, no_arguments, same, SAYS),
)


@pytest.fixture
def database_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
def app(site: Site, project: ProjectRecord) -> Starlette:
    dialect = Plain(site, project)
    place = {"prefixes": ("", "/own"), "base": "/api"}
    routes = [*endpoints(site, TABLE, dialect, **place), *slash_redirects(TABLE, dialect, **place)]
    app = Starlette(routes=[*routes, PlainRoute("/other", break_down)], exception_handlers={RuntimeError: fail})
    app.router.redirect_slashes = False
    return app


async def ask(app: Starlette, method: str, path: str, root_path: str = "", **headers: str) -> tuple[int, str]:
    transport = httpx.ASGITransport(app, root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        answer = await client.request(method, path)
        return answer.status_code, answer.headers.get("location", answer.text)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/things/", (200, "('', {})")),
        ("GET", "/own/api/things/", (200, "('/own', {})")),
        ("POST", "/api/things/", (201, "('', {})")),
        ("GET", "/api/things/12", (200, "('', {'n': '12'})")),
        ("GET", "/api/things/1.a/deep/", (200, "('', {'n': '1', 'word': 'a'})")),
        ("GET", "/api/things/abc", (400, "NOT_FOUND")),
        ("PUT", "/api/things/", (405, "GET POST")),
        ("HEAD", "/api/things/12", (405, "GET")),
        ("OPTIONS", "/own/api/things/", (204, "GET POST")),
        ("GET", "/api/things", (301, "/api/things/")),
        ("DELETE", "/own/api/things?a=%20b&c", (301, "/own/api/things/?a=%20b&c")),
        ("GET", "/api/things/1.a/deep", (301, "/api/things/1.a/deep/")),
        ("GET", "/api/things/12/", (404, "Not Found")),
        ("GET", "/api/things/12%0A", (404, "Not Found")),
        ("GET", "/api/things/%0A", (404, "Not Found")),
        ("GET", "/api/things/1xa/deep/", (404, "Not Found")),
        ("GET", "/api/things/%D9%A1", (404, "Not Found")),
        ("GET", "/other/api/things/", (404, "Not Found")),
    ],
)
async def test_matching(app: Starlette, method: str, path: str, expected: tuple[int, str]):
    status, text = await ask(app, method, path)

    assert (status, text or expected[1]) == expected


async def test_a_key_that_does_not_reach_is_refused(app: Starlette):
    assert await ask(app, "GET", "/api/things/", **{"X-Role": "VIEWER"}) == (200, "('', {})")
    assert await ask(app, "POST", "/api/things/", **{"X-Role": "VIEWER"}) == (400, "FORBIDDEN")


async def test_below_a_mount_path(app: Starlette):
    assert await ask(app, "GET", "/hc/api/things/", root_path="/hc") == (200, "('', {})")
    assert await ask(app, "GET", "/hc/api/things", root_path="/hc") == (301, "/hc/api/things/")


async def test_a_failure_is_told_in_the_words_of_the_api_that_was_asked(app: Starlette):
    assert await ask(app, "GET", "/api/broken/") == (503, "our fault: a bug")
    assert await ask(app, "GET", "/other") == (503, "a bug\n")
