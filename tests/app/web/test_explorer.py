"""The explorer: its headers, its page without bundles, and the page in a real browser."""

import re
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import strawberry
import uvicorn
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.web import explorer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ASKED_BEFORE = """
localStorage.setItem('graphiql:tabState', '');
localStorage.setItem('graphiql:query', '{ answerTo(question: "life") }');
"""
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
WHOLE = all((explorer.DIST / name).is_file() for name in explorer.BUNDLES)


@strawberry.type
class Query:
    @strawberry.field
    def answer_to(self, question: str) -> str:
        return f"the answer to {question}"


@dataclass
class Site:
    """The explorer over a small schema; remembers the key that each GraphQL request carried."""

    schema: strawberry.Schema = field(default_factory=lambda: strawberry.Schema(Query))
    keys: list[str | None] = field(default_factory=list)

    async def graphql(self, request: Request) -> Response:
        self.keys.append(request.headers.get("authorization"))
        asked = await request.json()
        result = await self.schema.execute(asked["query"], asked.get("variables"))
        return JSONResponse({"data": result.data, "errors": [str(error) for error in result.errors or []]})

    def app(self) -> Starlette:
        page = Route("/graphql", explorer.explorer_page, methods=["GET"])
        return Starlette(routes=[explorer.explorer_assets(), page, Route("/graphql", self.graphql, methods=["POST"])])


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(Site().app()), base_url="http://site.test") as client:
        yield client


@pytest.fixture
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `dist` folder with something under the name of each bundle."""
    for name in explorer.BUNDLES:
        (tmp_path / name).write_text(f"/* {name} */")
    monkeypatch.setattr(explorer, "DIST", tmp_path)
    return tmp_path


def test_page_names_only_files_of_ours_and_its_bundles(bundles):
    page = (explorer.HERE / "index.html").read_text()

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)

    names = {address.removeprefix("graphql/assets/") for address in addresses if address != "./"}
    assert names == {"mark.svg", "explorer.css", "explorer.js", *explorer.BUNDLES}


async def test_page_has_a_policy_that_lets_nothing_come_from_elsewhere(client, bundles):
    answer = await client.get("/graphql")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"https?:|\*", answer.headers["content-security-policy"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("lacking", explorer.BUNDLES)
async def test_page_says_how_to_get_what_is_missing(client, bundles, lacking):
    (bundles / lacking).unlink()

    answer = await client.get("/graphql")

    assert answer.status_code == 200
    assert "make install" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"] == explorer.POLICY


async def test_bundles_that_appear_later_are_served_without_a_restart(client, bundles, monkeypatch):
    monkeypatch.setattr(explorer, "DIST", bundles / "later")
    async with AsyncClient(transport=ASGITransport(Site().app()), base_url="http://site.test") as client:
        assert (await client.get("/graphql/assets/graphiql.min.js")).status_code == 404
        (bundles / "later").mkdir()
        (bundles / "later" / "graphiql.min.js").write_text("/* here */")

        answer = await client.get("/graphql/assets/graphiql.min.js")

    assert answer.text == "/* here */"
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_an_unchanged_file_is_not_sent_twice(client):
    first = await client.get("/graphql/assets/explorer.css")

    second = await client.get("/graphql/assets/explorer.css", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert second.status_code == 304


@pytest.mark.parametrize(
    "path", ["__init__.py", "index.html", "package.json", "../index.html", "%2e%2e/index.html", ""]
)
async def test_nothing_but_assets_is_served(client, path):
    answer = await client.get(f"/graphql/assets/{path}")

    assert answer.status_code in {404, 405}


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    """The site on a port of this machine that was free."""
    site = Site()
    config = uvicorn.Config(site.app(), host="127.0.0.1", port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield site, f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        socket.close()


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium")
@pytest.mark.skipif(not WHOLE, reason="the explorer's bundles are not fetched: make install")
def test_a_key_given_in_the_bar_goes_with_each_query_and_nowhere_else(site):
    from playwright.sync_api import sync_playwright

    given, root = site
    asked, said = [], []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{root}/graphql")
        page.get_by_text("FirstLook").first.wait_for()

        # when a key is given, and a query is run from the address's start
        page.fill("#key", " hgw_given ")
        page.get_by_role("button", name="Use").click()
        page.get_by_text("in use in this tab").wait_for()
        page.add_init_script(ASKED_BEFORE)  # before GraphiQL reads it, and after it wrote for the last time
        page.reload()
        page.get_by_role("button", name="Execute query (Ctrl-Enter)").click()
        page.get_by_text("the answer to life").wait_for()

        # then the tab keeps it, and only the tab
        kept = page.evaluate("[JSON.stringify(sessionStorage), JSON.stringify(localStorage)]")
        page.get_by_role("button", name="Forget").click()
        page.get_by_text("none yet").wait_for()
        left = page.evaluate("sessionStorage.length")
        browser.close()

    assert "Bearer hgw_given" in given.keys
    assert given.keys[0] is None
    assert "hgw_given" in kept[0]
    assert "hgw_given" not in kept[1]
    assert left == 0
    assert said == []
    assert {address.split("/")[2] for address in asked if not address.startswith("data:")} == {root.split("/")[2]}


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium")
@pytest.mark.skipif(not WHOLE, reason="the explorer's bundles are not fetched: make install")
def test_the_link_of_an_alert_asks_for_its_check_or_monitor_and_for_nothing_else(site):
    from playwright.sync_api import sync_playwright

    _, root = site
    key, uuid = "0123456789abcdef0123456789abcdef01234567", "01234567-89ab-4def-8123-456789abcdef"
    evil = "x%22)%7Bevil"
    shown = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for asked, name in (
            (f"check={key}", "OneCheck"),
            (f"monitor={uuid}", "OneMonitor"),
            (f"check={evil}&monitor={evil}", "FirstLook"),
        ):
            page = browser.new_context().new_page()
            page.set_default_timeout(60_000)
            page.goto(f"{root}/graphql?{asked}")
            page.get_by_text(name).first.wait_for()
            shown[name] = page.locator(".graphiql-query-editor").inner_text()
        browser.close()

    assert f'uniqueKey: "{key}"' in shown["OneCheck"]
    assert f'id: "{uuid}"' in shown["OneMonitor"]
    assert "evil" not in shown["FirstLook"]
