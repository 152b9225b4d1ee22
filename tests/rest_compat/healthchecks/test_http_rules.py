"""The HTTP rules that all management endpoints share (section 3)."""

from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from app.ids import new_uuid
from app.site import Site
from app.store import checks
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.auth import MOST_BODY_BYTES
from tests.rest_compat.healthchecks.given import a_check, application, client

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"
PATHS = {
    "/checks/": {"GET", "POST"},
    f"/checks/{UUID}": {"GET", "POST", "DELETE"},
    f"/checks/{'0a' * 20}": {"GET"},
    f"/checks/{UUID}/pause": {"POST"},
    f"/checks/{UUID}/resume": {"POST"},
    f"/checks/{UUID}/pings/": {"GET"},
    f"/checks/{UUID}/pings/1/body": {"GET"},
    f"/checks/{UUID}/flips/": {"GET"},
    f"/checks/{'0a' * 20}/flips/": {"GET"},
    "/channels/": {"GET"},
    "/badges/": {"GET"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE")
ROOTS = ("/api/v1", "/healthchecks/api/v1")
BEFORE_KEY = 401
"""What a path says to an allowed method without a key."""


@pytest.mark.parametrize("root", ROOTS)
async def test_allowed_methods_and_preflight(nobody: httpx.AsyncClient, root: str):
    for path, allowed in PATHS.items():
        for method in METHODS:
            answer = await nobody.request(method, root + path)
            assert answer.status_code == (BEFORE_KEY if method in allowed else 405), (method, path)
            if method not in allowed:
                assert answer.content == b""
            assert_open(answer, allowed)
        preflight = await nobody.options(root + path)
        assert (preflight.status_code, preflight.content) == (204, b"")
        assert_open(preflight, allowed)


def assert_open(answer: httpx.Response, allowed: set[str]) -> None:
    headers = answer.headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-headers"] == "X-Api-Key"
    assert headers["access-control-max-age"] == "600"
    assert set(headers["access-control-allow-methods"].split(", ")) == {*allowed, "OPTIONS"}
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("root", ROOTS)
async def test_a_forgotten_slash_is_redirected_by_any_method_with_its_query(nobody: httpx.AsyncClient, root: str):
    for path in (*PATHS, "/status/"):
        if path.endswith("/"):
            for method in ("GET", "POST", "HEAD"):
                answer = await nobody.request(method, f"{root}{path[:-1]}?tag=a%20b&tag=%C5%BE")
                assert answer.status_code == 301
                assert answer.headers["location"] == f"{root}{path}?tag=a%20b&tag=%C5%BE"


async def test_a_slash_too_many_is_not_found(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project, uuid=UUID)
    for path in (f"{UUID}/", f"{check.unique_key}/", f"{UUID}/pause/", f"{UUID}/resume/", f"{UUID}/pings/1/body/"):
        answer = await writer.get(f"/api/v1/checks/{path}")
        assert answer.status_code == 404
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api/v4/checks/", "/api/v4/status/", "/api/v0/checks/", "/api/v1/", "/api/v01/checks/", "/api/checks/"]
)
async def test_other_paths_are_not_found(writer: httpx.AsyncClient, path: str):
    assert (await writer.get(path)).status_code == 404


async def test_a_check_that_is_not_found_is_a_page_that_other_sites_cannot_read(writer: httpx.AsyncClient):
    answer = await writer.get(f"/api/v1/checks/{new_uuid()}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "could not parse request body"),
        (b"name=x&timeout=60", "could not parse request body"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', "could not parse request body"),
        (b'{"name": "\xff"}', "could not parse request body"),
        (b'{"name": "\\ud800"}', "could not parse request body"),
        (b'{"timeout": NaN}', "could not parse request body"),
        (b"[" * 100_000, "could not parse request body"),
        (b" ", "could not parse request body"),
        (b"null", "json validation error: value is not an object"),
        (b"[]", "json validation error: value is not an object"),
        (b'"x"', "json validation error: value is not an object"),
        (b'{"desc": "' + b"x" * MOST_BODY_BYTES + b'"}', "request body is too large"),
    ],
)
async def test_a_body_that_is_no_object_stores_nothing(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, nobody: httpx.AsyncClient, body: bytes, error: str
):
    for one in (writer, nobody):
        answer = await one.post("/api/v1/checks/", content=body)

        assert (answer.status_code, answer.json()) == (400, {"error": error})

    assert await checks.count(site.database, project.id) == 0


async def test_a_body_without_a_declared_length_is_bounded_too(writer: httpx.AsyncClient):
    async def endless():
        while True:
            yield b" " * 65_536

    answer = await writer.post("/api/v1/checks/", content=endless())

    assert answer.json() == {"error": "request body is too large"}


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/json; charset=latin-1"])
async def test_the_type_of_a_body_is_ignored(writer: httpx.AsyncClient, kind: str):
    answer = await writer.post(
        "/api/v1/checks/", content='{"name": "ž"}'.encode(), headers={"Content-Type": kind} if kind else {}
    )

    assert (answer.status_code, answer.json()["name"]) == (201, "ž")


async def test_urls_follow_the_root_that_the_request_used(
    site: Site, project: ProjectRecord, served: Starlette, writer: httpx.AsyncClient
):
    check = await a_check(site, project, uuid=UUID)
    own = f"/api/v1/checks/{UUID}"

    async def urls(path: str, **headers: str) -> list[str]:
        answer = (await writer.get(path, headers=headers)).json()
        return [answer[key] for key in ("ping_url", "update_url", "pause_url", "resume_url", "badge_url")]

    def expected(root: str) -> list[str]:
        update_url = f"{root}{own}"
        return [
            f"{root}/ping/{UUID}",
            *(update_url, f"{update_url}/pause", f"{update_url}/resume"),
            f"{root}/b/2/{check.badge_uuid}.svg",
        ]

    assert await urls(own) == expected("http://testserver")
    assert await urls(f"/healthchecks{own}") == expected("http://testserver/healthchecks")
    assert await urls(own, Host="monitor.example:8443") == expected("http://monitor.example:8443")
    assert await urls(own, Host="evil.example/<script>") == expected(site.site_root)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "monitor.example"}
    assert await urls(own, **forwarded) == expected("https://monitor.example")


async def test_pings_go_to_the_ping_root_where_one_is_set(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
):
    check = await a_check(site, project)
    elsewhere = replace(site, settings=site.settings.model_copy(update={"ping_root": "https://p.example"}))

    async with client(application(elsewhere), writer.headers["x-api-key"]) as one:
        answer = await one.get(f"/healthchecks/api/v1/checks/{check.uuid}")

    assert answer.json()["ping_url"] == f"https://p.example/{check.uuid}"


async def test_status_needs_no_key(nobody: httpx.AsyncClient):
    for root in ROOTS:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await nobody.request(method, f"{root}/status/")
            assert answer.status_code == 200
            assert answer.text == ("" if method == "HEAD" else "OK")
            assert "access-control-allow-origin" not in answer.headers


async def test_status_tells_when_the_database_does_not_answer(site: Site, served: Starlette, monkeypatch):
    async def broken(_statement: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(site.database, "row", broken)
    async with client(served) as nobody:
        assert (await nobody.get("/api/v1/status/")).status_code == 503
