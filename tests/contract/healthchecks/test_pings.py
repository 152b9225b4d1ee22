"""Ping URLs, and what the management API shows of what they were sent (section 8)."""

from typing import Any

import httpx
import pytest

from app.ids import new_uuid
from app.site import Site
from app.store.projects import ProjectRecord
from tests.rest_compat.healthchecks.given import a_channel

CHECKS = "/api/v3/checks/"
LIMIT_OF_A_BODY = 10_000


class Pinged:
    """A check and what came of its pings."""

    def __init__(self, writer: httpx.AsyncClient, made: dict[str, Any]) -> None:
        self._writer = writer
        self.url: str = made["ping_url"]
        self.own: str = made["update_url"]

    async def log(self) -> list[dict[str, Any]]:
        pings: list[dict[str, Any]] = (await self._writer.get(f"{self.own}/pings/")).json()["pings"]
        return pings

    async def types(self) -> list[str]:
        return [ping["type"] for ping in reversed(await self.log())]

    async def shown(self, *keys: str) -> tuple[Any, ...]:
        check = (await self._writer.get(self.own)).json()
        return tuple(check[key] for key in keys)


async def a_check_with(writer: httpx.AsyncClient, **fields: Any) -> Pinged:
    return Pinged(writer, (await writer.post(CHECKS, json=fields)).json())


@pytest.mark.parametrize(
    ("suffix", "kind", "status"),
    [
        ("", "success", "up"),
        ("/", "success", "up"),
        ("/start", "start", "new"),
        ("/fail", "fail", "down"),
        ("/log", "log", "new"),
        ("/0", "success", "up"),
        ("/007", "fail", "down"),
        ("/255", "fail", "down"),
    ],
)
async def test_paths_by_uuid(
    writer: httpx.AsyncClient, nobody: httpx.AsyncClient, suffix: str, kind: str, status: str
) -> None:
    check = await a_check_with(writer)

    answer = await nobody.get(check.url + suffix)

    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["ping-body-limit"] == str(LIMIT_OF_A_BODY)
    assert answer.headers["cache-control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "expires" in answer.headers
    assert await check.types() == [kind]
    assert await check.shown("status", "n_pings", "started") == (status, 1, kind == "start")


async def test_paths_by_slug(writer: httpx.AsyncClient, nobody: httpx.AsyncClient, ping_key: str) -> None:
    check = await a_check_with(writer, slug="nightly")
    for suffix in ("", "/start", "/fail", "/log", "/0", "/9"):
        answer = await nobody.post(f"/ping/{ping_key}/nightly{suffix}")

        assert (answer.status_code, answer.text) == (200, "OK")

    assert await check.types() == ["success", "start", "fail", "log", "success", "fail"]


async def test_every_method_counts(writer: httpx.AsyncClient, nobody: httpx.AsyncClient) -> None:
    check = await a_check_with(writer)
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    for method in methods:
        answer = await nobody.request(method, check.url)

        assert (answer.status_code, answer.text) == (200, "" if method == "HEAD" else "OK")

    assert [ping["method"] for ping in reversed(await check.log())] == methods
    assert await check.types() == ["success"] * len(methods)


async def test_what_is_refused_is_not_recorded(
    writer: httpx.AsyncClient, nobody: httpx.AsyncClient, ping_key: str
) -> None:
    check = await a_check_with(writer, slug="twin")
    await a_check_with(writer, slug="twin")
    url = check.url
    for path, expected in {
        f"/ping/{new_uuid()}": (404, "not found"),
        f"/ping/{ping_key}/unheard-of": (404, "not found"),
        f"/ping/{'x' * 22}/twin": (404, "not found"),
        f"/ping/{ping_key.upper()}/twin": (404, "not found"),
        f"{url}/256": (400, "invalid url format"),
        f"{url}/-1": (404, "not found"),
        f"{url}?rid=1": (400, "invalid uuid format"),
        f"/ping/{ping_key}/Twin": (400, "invalid url format"),
        f"/ping/{ping_key}/twin": (409, "ambiguous slug"),
        f"{url}/start/": (404, None),
        f"{url}/unheard-of/deep": (404, None),
    }.items():
        answer = await nobody.get(path)

        status, text = expected
        assert answer.status_code == status, path
        assert text is None or answer.text == text, path
        assert "access-control-allow-origin" not in answer.headers, path

    assert await check.log() == []
    assert await check.shown("n_pings", "status") == (0, "new")


async def test_a_body_is_cut_and_too_large_a_one_refused(writer: httpx.AsyncClient, nobody: httpx.AsyncClient) -> None:
    check = await a_check_with(writer)

    kept = await nobody.post(check.url, content=b"x" * (LIMIT_OF_A_BODY + 1))
    refused = await nobody.post(check.url, content=b"x" * (2_621_440 + 1))

    assert (kept.status_code, refused.status_code) == (200, 400)
    [ping] = await check.log()
    assert (await writer.get(ping["body_url"])).content == b"x" * LIMIT_OF_A_BODY


@pytest.mark.parametrize(
    ("fields", "requests", "types"),
    [
        ({"methods": "POST"}, [("GET", "", b""), ("POST", "", b""), ("HEAD", "/fail", b"")], ["ign", "success", "ign"]),
        ({"methods": "POST"}, [("GET", "/1", b""), ("POST", "/start", b"")], ["ign", "start"]),
        (
            {"filter_http_body": True, "success_kw": "OK, FINE", "failure_kw": "ERROR", "start_kw": "BEGIN"},
            [
                ("POST", "", b"all OK"),
                ("POST", "", b"OK with ERROR"),
                ("POST", "/fail", b"FINE"),
                ("POST", "/log", b"BEGIN"),
                ("POST", "", b"BEGIN and OK"),
                ("POST", "", b"ok"),
                ("POST", "/fail", b""),
                ("GET", "", b""),
                ("POST", "/1", b"OK"),
                ("POST", "", b"\xff\xfe ERROR"),
            ],
            ["success", "fail", "success", "start", "success", "ign", "ign", "ign", "success", "fail"],
        ),
        (
            {"filter_http_body": True, "success_kw": "OK", "filter_default_fail": True},
            [("POST", "", b"OK"), ("POST", "", b"else"), ("POST", "/start", b"")],
            ["success", "fail", "fail"],
        ),
        (
            {"filter_subject": True, "filter_body": True, "success_kw": "OK", "failure_kw": "ERROR"},
            [("POST", "", b"ERROR"), ("POST", "/fail", b"OK")],
            ["success", "fail"],
        ),
        ({"filter_http_body": True, "success_kw": " , ,"}, [("POST", "", b" , ")], ["ign"]),
        ({"subject": "OK", "subject_fail": "ERROR"}, [("POST", "", b"ERROR")], ["success"]),
    ],
)
async def test_methods_and_keywords_decide_what_a_ping_counts_as(
    writer: httpx.AsyncClient,
    nobody: httpx.AsyncClient,
    fields: dict[str, Any],
    requests: list[tuple[str, str, bytes]],
    types: list[str],
) -> None:
    check = await a_check_with(writer, **fields)

    for method, suffix, body in requests:
        assert (await nobody.request(method, check.url + suffix, content=body)).status_code == 200

    assert await check.types() == types
    assert await check.shown("n_pings") == (len(requests),)


async def test_a_ping_may_make_its_check(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, nobody: httpx.AsyncClient, ping_key: str
) -> None:
    channel = await a_channel(site, project, "Mail")
    url = f"/ping/{ping_key}/new-job"
    run = new_uuid()

    refused = await nobody.get(f"{url}?create=true")
    created = await nobody.get(f"{url}/start?create=1&rid={run}")
    again = await nobody.get(f"{url}?create=1&rid={run}")

    assert [(one.status_code, one.text) for one in (refused, created, again)] == [
        (404, "not found"),
        (201, "Created"),
        (200, "OK"),
    ]
    [check] = (await writer.get(CHECKS)).json()["checks"]
    assert (check["name"], check["slug"], check["channels"]) == ("new-job", "new-job", channel.uuid)
    assert (check["n_pings"], check["timeout"], check["grace"], check["status"]) == (2, 86400, 3600, "up")


@pytest.mark.parametrize("wrong", ["?create=1&rid=x", "/256?create=1", "?create=1&timeout=59", "?create=1&channels=no"])
async def test_a_ping_that_is_refused_makes_no_check(
    writer: httpx.AsyncClient, nobody: httpx.AsyncClient, ping_key: str, wrong: str
) -> None:
    refused = await nobody.get(f"/ping/{ping_key}/new-job{wrong}")

    assert refused.status_code == 400
    assert (await writer.get(CHECKS)).json() == {"checks": []}


async def test_pings_make_checks_up_to_twice_the_limit(
    project: ProjectRecord, writer: httpx.AsyncClient, nobody: httpx.AsyncClient, ping_key: str
) -> None:
    for number in range(2 * project.check_limit):
        assert (await nobody.get(f"/ping/{ping_key}/job-{number}?create=1")).status_code == 201

    full = await nobody.get(f"/ping/{ping_key}/one-more?create=1")

    assert (full.status_code, full.text) == (404, "not found")
    assert (await writer.post(CHECKS)).status_code == 403
    assert len((await writer.get(CHECKS)).json()["checks"]) == 2 * project.check_limit


async def test_numbers_have_no_gaps_and_the_newest_are_kept(
    project: ProjectRecord, writer: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    check = await a_check_with(writer)
    for number in range(1, project.ping_limit + 3):
        await nobody.post(check.url, content=b"%d" % number)

    log = await check.log()

    assert [ping["n"] for ping in log] == list(range(project.ping_limit + 2, 2, -1))
    assert (await writer.get(log[-1]["body_url"])).content == b"3"
    assert (await writer.get(f"{check.own}/pings/2/body")).status_code == 404
