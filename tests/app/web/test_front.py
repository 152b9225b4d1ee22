"""Which way a request takes, and below which path."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from app.web.front import Front


async def pings(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"ping {scope['path']}")(scope, receive, send)


async def router(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    await PlainTextResponse(f"router {request.url.path} {scope['root_path']}")(scope, receive, send)


async def said(site_root: str, path: str) -> str:
    transport = httpx.ASGITransport(app=Front(pings, router, site_root))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return (await client.get(path)).text


@pytest.mark.parametrize("root", ["http://h", "http://h/"])
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/ping/x", "ping /ping/x"),
        ("/healthchecks/ping/x", "ping /healthchecks/ping/x"),
        ("/pings", "router /pings "),
        ("/", "router / "),
        ("/hc/ping/x", "router /hc/ping/x "),
    ],
)
async def test_without_a_path_the_first_letters_choose_the_way(root: str, path: str, answer: str) -> None:
    assert await said(root, path) == answer


@pytest.mark.parametrize("root", ["https://h/hc", "https://h/hc/"])
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/hc/ping/x", "ping /ping/x"),
        ("/hc/healthchecks/ping/x", "ping /healthchecks/ping/x"),
        ("/hc/api/v1/checks/", "router /hc/api/v1/checks/ /hc"),
        ("/hc/", "router /hc/ /hc"),
        ("/hc", "router /hc/ /hc"),
        ("/hcx/ping/x", "router /hc/hcx/ping/x /hc"),
    ],
)
async def test_all_routes_are_below_the_path_of_the_site_root(root: str, path: str, answer: str) -> None:
    assert await said(root, path) == answer


async def test_a_proxy_may_take_the_path_away() -> None:
    assert await said("https://h/hc", "/ping/x") == "ping /ping/x"
    assert await said("https://h/hc", "/api/v1/checks/") == "router /hc/api/v1/checks/ /hc"


async def test_a_path_with_several_parts_and_escapes_is_one_place() -> None:
    assert await said("https://h/a/b%20c", "/a/b%20c/ping/x") == "ping /ping/x"
