"""What clients are known to send, and must be answered as ever (sections 2, 3, 16, 19)."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.ids import new_uuid
from app.main import make_app
from app.site import Site
from app.store.projects import ProjectRecord
from tests.rest_compat.healthchecks.given import a_channel, a_check, a_key, client

CHECKS = "/api/v3/checks/"
MISSING, WRONG = {"error": "missing api key"}, {"error": "wrong api key"}


async def test_a_forgotten_slash_is_mended_and_the_key_sent_again(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    check = await a_check(site, project, tags="a b")
    for path in (
        "/api/v3/checks?tag=a&tag=b",
        "/api/v3/channels",
        f"{CHECKS}{check.uuid}/pings",
        f"{CHECKS}{check.uuid}/flips?seconds=60",
        "/api/v3/status",
    ):
        straight = await writer.get(path)
        mended = await writer.get(path, follow_redirects=True)

        bare, _, query = path.partition("?")
        assert straight.status_code == 301
        assert straight.headers["location"] == f"{bare}/" + (f"?{query}" if query else "")
        assert mended.status_code == 200


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"name": "x"}', {}),
        (b'{"name": "x"}', {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"name": "x"}', {"Content-Type": "text/plain; charset=utf-8"}),
        (b'{"name": "x"}', {"Content-Type": "application/json"}),
        (b' \n{"name": "x"}\n', {"Accept": "text/html"}),
    ],
)
async def test_the_type_of_a_body_is_not_looked_at(
    writer: httpx.AsyncClient, content: bytes, headers: dict[str, str]
) -> None:
    answer = await writer.post(CHECKS, content=content, headers=headers)

    assert (answer.status_code, answer.json()["name"]) == (201, "x")


@pytest.mark.parametrize("arguments", [{"data": {"name": "x"}}, {"files": {"name": b"x"}}], ids=["form", "multipart"])
async def test_a_real_form_is_no_json(writer: httpx.AsyncClient, arguments: dict[str, Any]) -> None:
    answer = await writer.post(CHECKS, **arguments)

    assert (answer.status_code, answer.json()) == (400, {"error": "could not parse request body"})


async def test_a_body_of_null_is_ignored_by_get_and_refused_by_pause(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    check = await a_check(site, project)
    own = f"{CHECKS}{check.uuid}"

    assert (await writer.request("GET", own, content=b"null")).status_code == 200
    assert (await writer.request("DELETE", f"{CHECKS}{new_uuid()}", content=b"null")).status_code == 404
    refused = await writer.post(f"{own}/pause", content=b"null")
    assert (refused.status_code, refused.json()) == (400, {"error": "json validation error: value is not an object"})
    empty = {"Content-Type": "application/json", "Content-Length": "0"}
    assert (await writer.post(f"{own}/pause", headers=empty)).json()["status"] == "paused"


async def test_unknown_fields_are_ignored_and_empty_ones_clear(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    await a_channel(site, project, "Mail")
    made = (await writer.post(CHECKS, json={"channels": "*", "methods": "POST"})).json()
    noise = {"api_url": "https://example.org/", "status": "down", "n_pings": 9, "uuid": new_uuid(), "kind": "cron"}

    kept = (await writer.post(made["update_url"], json=noise)).json()
    cleared = (await writer.post(made["update_url"], json={"channels": "", "methods": "", **noise})).json()

    assert kept == made
    assert cleared == {**made, "channels": "", "methods": ""}


async def test_the_id_is_the_last_segment_of_either_url(writer: httpx.AsyncClient) -> None:
    made = (await writer.post(CHECKS)).json()

    assert made["ping_url"].split("/")[-1] == made["update_url"].split("/")[-1] == made["uuid"]


async def test_a_ping_row_always_has_its_seven_keys(writer: httpx.AsyncClient) -> None:
    made = (await writer.post(CHECKS)).json()
    for suffix in ("/start", ""):
        await writer.post(made["ping_url"] + suffix, headers={"User-Agent": ""})

    last, first = (await writer.get(f"{made['update_url']}/pings/")).json()["pings"]

    seven = {"type", "date", "n", "scheme", "remote_addr", "method", "ua"}
    assert first.keys() == seven | {"rid", "body_url"}
    assert last.keys() == first.keys() | {"duration"}
    assert (first["ua"], first["body_url"], first["rid"]) == ("", None, None)


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
async def test_the_body_of_a_ping_is_kept_whatever_it_claims_to_be(writer: httpx.AsyncClient, kind: str) -> None:
    made = (await writer.post(CHECKS)).json()

    answer = await writer.post(made["ping_url"], content=b"a=b&c", headers={"Content-Type": kind})

    assert answer.text == "OK"
    assert (await writer.get(f"{made['update_url']}/pings/1/body")).content == b"a=b&c"


async def test_ping_answers_hold_no_words_that_clients_search_for(writer: httpx.AsyncClient) -> None:
    made = (await writer.post(CHECKS, json={"methods": "POST"})).json()
    for suffix in ("", "/start", "/fail", "/log", "/1"):
        assert (await writer.get(made["ping_url"] + suffix)).text == "OK"

    start = await writer.get(f"{made['ping_url']}/start?rid={new_uuid()}")
    assert int(start.headers["ping-body-limit"]) == 10_000


async def test_slashes_behind_ping_urls(writer: httpx.AsyncClient, ping_key: str) -> None:
    made = (await writer.post(CHECKS, json={"slug": "own"})).json()

    assert (await writer.get(f"{made['ping_url']}/")).text == "OK"
    assert (await writer.get(f"/ping/{ping_key}/own")).text == "OK"
    assert (await writer.get(f"/ping/{ping_key}/own/")).status_code == 404
    assert (await writer.get("/ping/checks")).status_code == 404


@pytest.mark.parametrize("path", ["", "/pause"])
async def test_what_is_wrong_with_a_post_is_told_in_order(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient, writer: httpx.AsyncClient, path: str
) -> None:
    check = await a_check(site, project)
    own, unknown = f"{CHECKS}{check.uuid}{path}", f"{CHECKS}{new_uuid()}{path}"
    strange = {"X-Api-Key": "x" * 32}

    assert (await nobody.put(unknown, content=b"{")).status_code == 405
    assert (await nobody.post(unknown, content=b"{")).json() == {"error": "could not parse request body"}
    assert (await nobody.post(unknown, content=b"{}")).json() == MISSING
    assert (await nobody.post(unknown, content=b"{}", headers=strange)).json() == WRONG
    assert (await writer.post(unknown, content=b'{"name": 1}')).status_code == 404
    assert (await writer.post(own, content=b'{"name": 1}')).status_code == (200 if path else 400)


async def test_at_the_limit_a_schema_error_comes_first_and_a_channel_error_last(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    for _ in range(project.check_limit):
        await a_check(site, project)

    async def refused(**fields: object) -> tuple[int, bytes]:
        answer = await writer.post(CHECKS, json=fields)
        return answer.status_code, answer.content[:9]

    assert await refused(name=1, channels="no") == (400, b'{"error":')
    assert await refused(channels="no") == (403, b"")
    assert await refused() == (403, b"")


@pytest.fixture
async def below_a_path(site: Site, project: ProjectRecord) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application where the site's root has a path."""
    settings = site.settings.model_copy(update={"site_root": "http://testserver/hc"})
    there = replace(site, settings=settings)
    async with client(make_app(there, nullcontext()), await a_key(site, project)) as one:  # type: ignore[arg-type] - any ASGI application will do
        yield one


async def test_everything_moves_below_the_path_of_the_sites_root(below_a_path: httpx.AsyncClient) -> None:
    made = await below_a_path.post("/hc/api/v3/checks/")

    assert made.json()["update_url"] == f"http://testserver/hc/api/v3/checks/{made.json()['uuid']}"
    assert made.json()["ping_url"] == f"http://testserver/hc/ping/{made.json()['uuid']}"
    assert (await below_a_path.get("/hc/api/v2/status/")).text == "OK"
    forgotten = await below_a_path.get("/hc/api/v1/checks")
    assert (forgotten.status_code, forgotten.headers["location"]) == (301, "/hc/api/v1/checks/")
