"""What holds of every endpoint: roots, suffixes, keys, refusals, pages of other sites."""

import logging
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from app.main import make_app
from app.security.keys import KeyRole
from app.site import Site
from app.store.projects import ProjectRecord
from app.web.error_pages import error_page_routes
from rest_compat.apiscience.dialect import MOST_BODY_BYTES
from rest_compat.apiscience.routes import TABLE, apiscience_routes
from tests.rest_compat.apiscience.given import ROOT, a_key, application, client, data, errors

MONITOR = {"name": "m", "frequency": 60, "tags": ["a"], "templates": [{"method": "GET", "href": "http://a.test"}]}


READS = [row for row in TABLE if row.method == "GET" and not row.path.endswith("/test")]
WRITES = [row for row in TABLE if row.method != "GET"]


@pytest.fixture
async def ids(writer: httpx.AsyncClient) -> dict[str, int]:
    """The numbers of what paths may name."""
    made = data(await writer.post("/v1/monitors", json=MONITOR), 201)
    return {"monitor": made["id"], "template": made["templates"][0]["id"], "check": 1, "contact": 1}


@pytest.mark.parametrize("root", ["/v1", "", "/apiscience/v1", "/apiscience"])
async def test_every_root_answers_with_links_of_the_root_that_was_used(
    writer: httpx.AsyncClient, ids: dict[str, int], root: str
):
    found = data(await writer.get(f"{root}/monitors/{ids['monitor']}"))

    shown = "/apiscience/v1" if root.startswith("/apiscience") else "/v1"
    assert found["templates"][0]["self"].startswith(f"{ROOT}{shown}/monitors/")
    assert data(await writer.get(found["templates"][0]["self"])) == found["templates"][0]


async def test_a_suffix_changes_nothing_but_links_to_pages(writer: httpx.AsyncClient, ids: dict[str, int]):
    async def answered(path: str) -> dict:
        return {name: said for name, said in (await writer.get(path)).json().items() if name != "pagination"}

    for row in READS:
        plain = f"/v1{row.path.format(**ids)}"
        for ending in (".json", "/", ".json/"):
            assert await answered(plain + ending) == await answered(plain), plain + ending


async def test_a_suffix_changes_nothing_of_changes(writer: httpx.AsyncClient, ids: dict[str, int]):
    address = f"/v1/monitors/{ids['monitor']}.json"

    assert data(await writer.patch(address, json={"tags": ["b"]})) == ["b"]
    assert data(await writer.patch("/monitors.json?tags=b", json={"active": True}))[0]["active"]
    data(await writer.post("/monitors.json", json=MONITOR), 201)
    assert (await writer.delete(address)).json() == {"meta": {"status": "success"}}


async def test_other_endings_are_not_found(writer: httpx.AsyncClient):
    for ending in ("//", ".xml", ".json.json", ".JSON", "/.json"):
        errors(await writer.get(f"/v1/monitors{ending}"), 404)


async def test_what_there_is_not_is_told_in_the_envelope(nobody: httpx.AsyncClient):
    for path in ("/v1", "/v1/", "/v1/nonsense", "/apiscience/v1/x/y", "/monitors/1/nonsense", "/tags/1"):
        for method in ("GET", "POST", "PUT"):
            answer = await nobody.request(method, path)

            errors(answer, 404)
            assert answer.json()["error"]["name"] == "Not Found"


async def test_without_a_key_nothing_is_told_or_changed(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient, writer: httpx.AsyncClient, ids: dict[str, int]
):
    expired = await a_key(site, project, expires_at=site.clock() - timedelta(days=1))
    elsewhere = await a_key(site, project, allow_ip="192.0.2.*")
    ping = await a_key(site, project, KeyRole.PING)
    before = (await writer.get("/v1/monitors")).json()
    plain = writer.headers["authorization"].removeprefix("Bearer ")
    keys = ("", "nonsense", f"hgw_{'x' * 28}", expired, elsewhere, ping)
    given = [None, "Bearer", f"Basic {plain}", *(f"Bearer {key}" for key in keys)]

    for row in TABLE:
        for value in given:
            headers = {} if value is None else {"Authorization": value}
            answer = await nobody.request(row.method, f"/v1{row.path.format(**ids)}", headers=headers, content=b"{ x")

            assert answer.headers["www-authenticate"] == "Bearer"
            errors(answer, 401)
            assert answer.json()["error"] == {
                "code": 401,
                "name": "Unauthorized",
                "message": "Invalid or missing API key",
                "infoUrl": f"{ROOT}/docs/errors/unauthorized",
            }
    assert (await writer.get("/v1/monitors")).json() == before


async def test_a_key_may_be_held_to_addresses(site: Site, project: ProjectRecord):
    key = await a_key(site, project, allow_ip="10.1.*.*")
    transport = httpx.ASGITransport(application(site), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=ROOT, headers={"Authorization": f"bearer {key}"}) as one:
        inside = await one.get("/v1/tags", headers={"X-Forwarded-For": "10.1.2.3"})
        outside = await one.get("/v1/tags", headers={"X-Forwarded-For": "10.2.2.3"})

    assert data(inside) == []
    errors(outside, 401)


async def test_a_read_only_key_changes_nothing(
    writer: httpx.AsyncClient, reader: httpx.AsyncClient, ids: dict[str, int]
):
    before = (await writer.get("/v1/monitors")).json()

    for row in WRITES:
        answer = await reader.request(row.method, f"/v1{row.path.format(**ids)}", content=b"{ broken")

        errors(answer, 403)
        assert answer.json()["error"]["name"] == "Forbidden"
    assert (await writer.get("/v1/monitors")).json() == before


async def test_a_foreign_key_sees_and_changes_nothing(
    writer: httpx.AsyncClient, stranger: httpx.AsyncClient, ids: dict[str, int]
):
    before = (await writer.get("/v1/monitors")).json()

    for row in TABLE:
        path = f"/v1{row.path.format(**ids)}"
        answer = await stranger.request(row.method, path, json={"active": True, "name": "Theirs"})

        if "{" in row.path:
            errors(answer, 404)
        assert b"a.test" not in answer.content
    assert (await writer.get("/v1/monitors")).json() == before


@pytest.mark.parametrize("path", ["/v1/monitors", "/v1/monitors/1.json", "/v1/tags"])
async def test_a_method_that_there_is_not(nobody: httpx.AsyncClient, path: str):
    answer = await nobody.put(path)

    errors(answer, 405)
    assert "GET" in answer.headers["allow"]
    assert answer.json()["error"]["infoUrl"] == f"{ROOT}/docs/errors/method-not-allowed"


@pytest.mark.parametrize(
    "body", [b"{ broken", b"[]", b'"text"', b'{"name": "\xff"}', b'{"name":' * 2000, b" " * (MOST_BODY_BYTES + 1)]
    , ids=["broken", "array", "string", "latin", "deep", "long"],
)  # fmt: skip
async def test_a_body_that_is_no_object(writer: httpx.AsyncClient, body: bytes):
    answer = await writer.post("/v1/monitors", content=body)

    assert errors(answer) == []
    assert answer.json()["error"]["infoUrl"] == f"{ROOT}/docs/errors/bad-request"


async def test_a_body_may_be_of_any_type_and_is_utf_8(writer: httpx.AsyncClient):
    answer = await writer.post(
        "/v1/monitors",
        content='{"name": "Größe 日本 🎈", "frequency": 60}'.encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert data(answer, 201)["name"] == "Größe 日本 🎈"
    assert "日本".encode() in answer.content


async def test_a_byte_order_mark_before_the_body_is_no_part_of_it(writer: httpx.AsyncClient):
    answer = await writer.post("/v1/monitors", content=b'\xef\xbb\xbf{"name": "m", "frequency": 60}')

    assert data(answer, 201)["name"] == "m"


async def test_pages_of_other_sites_may_ask(writer: httpx.AsyncClient, nobody: httpx.AsyncClient, ids: dict[str, int]):
    address = f"/v1/monitors/{ids['monitor']}"
    wanted = {
        "Origin": "https://dashboard.test",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    preflight = await nobody.options(address, headers=wanted)

    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    for answer in (await writer.get(address), await nobody.get(address), await nobody.put(address)):
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("origin", "sent"), [("https://dashboard.test", "https://dashboard.test"), ("", None)])
async def test_the_origin_is_a_setting(site: Site, origin: str, sent: str | None):
    own = replace(site, settings=site.settings.model_copy(update={"cors_origin": origin}))
    async with client(application(own)) as browser:
        answer = await browser.options("/v1/monitors")

    assert answer.headers.get("access-control-allow-origin") == sent


async def test_what_info_url_leads_to_explains_the_error(site: Site, nobody: httpx.AsyncClient):
    url = (await nobody.get("/v1/monitors")).json()["error"]["infoUrl"]
    pages = Starlette(routes=[*error_page_routes(), *apiscience_routes(site)])
    async with client(pages) as browser:
        page = await browser.get(url)

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<span>401</span> Unauthorized" in page.text


async def test_a_mistake_of_ours_is_told_in_the_envelope(
    site: Site, writer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def broken(*_arguments: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("app.store.reports.day_figures", broken)
    await writer.post("/v1/variables", json={"a": 1})
    transport = httpx.ASGITransport(make_app(site, nullcontext()), raise_app_exceptions=False)
    headers = {"Authorization": writer.headers["authorization"]}
    async with httpx.AsyncClient(transport=transport, base_url=ROOT, headers=headers) as one:
        with caplog.at_level(logging.ERROR):
            answer = await one.post("/v1/monitors", json=MONITOR)

    errors(answer, 500)
    error = answer.json()["error"]
    assert (error["name"], error["infoUrl"]) == ("Internal Server Error", f"{ROOT}/docs/errors/internal-server-error")
    assert error["message"] in caplog.text


async def test_plain_http_is_redirected_before_the_key_is_looked_at(site: Site):
    own = replace(site, settings=site.settings.model_copy(update={"force_https": True}))
    transport = httpx.ASGITransport(make_app(own, nullcontext()), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=ROOT) as one:
        plain = await one.get("/v1/monitors?tags=a")
        behind_proxy = await one.get("/v1/monitors", headers={"X-Forwarded-Proto": "https"})
        ping = await one.get("/ping/nonsense")

    assert (plain.status_code, plain.headers["location"]) == (301, "https://testserver/v1/monitors?tags=a")
    errors(behind_proxy, 401)
    assert behind_proxy.json()["error"]["infoUrl"].startswith("https://testserver/")
    assert ping.status_code != 301
