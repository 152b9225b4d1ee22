"""Whose key counts, and what is looked at first (section 2)."""

from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from app.ids import new_uuid
from app.security.keys import KeyRole
from app.site import Site
from app.store import checks
from app.store.projects import ProjectRecord
from tests.conftest import MovedClock
from tests.rest_compat.healthchecks.given import a_check, a_key, client, reread

MISSING = (401, {"error": "missing api key"})
WRONG = (401, {"error": "wrong api key"})
LIST = "/api/v1/checks/"
UNKNOWN = "x" * 32


def said(answer: httpx.Response) -> tuple[int, dict]:
    return answer.status_code, answer.json()


@pytest.fixture
async def key(site: Site, project: ProjectRecord) -> str:
    return await a_key(site, project)


@pytest.mark.parametrize("name", ["X-Api-Key", "x-api-key", "X-API-KEY"])
async def test_the_header_opens_by_any_case_of_its_name(nobody: httpx.AsyncClient, key: str, name: str):
    assert (await nobody.get(LIST, headers={name: key})).status_code == 200


@pytest.mark.parametrize(("before", "behind"), [("", " "), ("", "\t"), (" ", " \t ")])
async def test_blanks_around_a_key_are_no_part_of_it(nobody: httpx.AsyncClient, key: str, before: str, behind: str):
    assert (await nobody.get(LIST, headers={"X-Api-Key": f"{before}{key}{behind}"})).status_code == 200


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
async def test_another_length_counts_as_missing(nobody: httpx.AsyncClient, length: int):
    answer = await nobody.get(LIST, headers={"X-Api-Key": "x" * length})

    assert said(answer) == MISSING
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize("unknown", [UNKNOWN, "é" * 32, "' OR 1=1 --".ljust(32), "hgw_".ljust(32, "A")])
async def test_a_key_that_matches_nothing_is_wrong(nobody: httpx.AsyncClient, unknown: str):
    assert (
        said(await nobody.get(LIST, headers={b"X-Api-Key": unknown.encode("latin-1").strip().ljust(32, b"x")})) == WRONG
    )


@pytest.mark.parametrize("given", ["", "short", UNKNOWN])
async def test_a_header_wins_over_the_body_even_when_it_is_no_key(nobody: httpx.AsyncClient, key: str, given: str):
    answer = await nobody.post(LIST, json={"api_key": key}, headers={"X-Api-Key": given})

    assert said(answer) == (WRONG if given == UNKNOWN else MISSING)


@pytest.mark.parametrize("given", [12345, None, True, [], {}, "", "short"])
async def test_a_key_in_the_body_that_is_no_key(nobody: httpx.AsyncClient, given: object):
    assert said(await nobody.post(LIST, json={"api_key": given})) == MISSING


async def test_the_query_and_the_body_of_a_get_are_not_read(nobody: httpx.AsyncClient, key: str):
    assert said(await nobody.get(LIST, params={"api_key": key})) == MISSING
    assert said(await nobody.request("GET", LIST, json={"api_key": key})) == MISSING
    assert said(await nobody.post(LIST, params={"api_key": key})) == MISSING


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_a_bearer_is_heard_where_nothing_else_is_given(nobody: httpx.AsyncClient, key: str, scheme: str):
    bearer = {"Authorization": f"{scheme} {key}"}

    assert (await nobody.get(LIST, headers=bearer)).status_code == 200
    assert (await nobody.post(LIST, headers=bearer)).status_code == 201
    assert said(await nobody.get(LIST, headers=bearer | {"X-Api-Key": ""})) == MISSING
    assert said(await nobody.post(LIST, headers=bearer, json={"api_key": UNKNOWN})) == WRONG
    assert said(await nobody.get(LIST, headers={"Authorization": f"Basic {key}"})) == MISSING


async def test_a_ping_key_a_foreign_address_and_an_expired_key_open_nothing(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient, clock: MovedClock
):
    ping = await a_key(site, project, KeyRole.PING)
    elsewhere = await a_key(site, project, allow_ip="192.0.2.0/24")
    expiring = await a_key(site, project, expires_at=clock.now + timedelta(hours=1))

    assert said(await nobody.get(LIST, headers={"X-Api-Key": ping})) == MISSING
    assert said(await nobody.get(LIST, headers={"X-Api-Key": elsewhere})) == WRONG
    assert (await nobody.get(LIST, headers={"X-Api-Key": expiring})).status_code == 200
    clock.move(hours=1)
    assert said(await nobody.get(LIST, headers={"X-Api-Key": expiring})) == WRONG


async def test_the_address_behind_a_trusted_proxy_counts_and_cannot_be_forged(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient
):
    bound = {"X-Api-Key": await a_key(site, project, allow_ip="192.0.2.0/24")}

    own = await nobody.get(LIST, headers={**bound, "X-Forwarded-For": "192.0.2.7"})
    forged = await nobody.get(LIST, headers={**bound, "X-Forwarded-For": "192.0.2.7, 198.51.100.1"})

    assert (own.status_code, forged.status_code) == (200, 401)


async def test_a_read_only_key_may_list_and_get_and_nothing_else(
    site: Site, project: ProjectRecord, reader: httpx.AsyncClient
):
    check = await a_check(site, project)
    own = f"/api/v1/checks/{check.uuid}"
    for path in (LIST, own, f"/api/v1/checks/{check.unique_key}", f"{own}/flips/"):
        assert (await reader.get(path)).status_code == 200
    for method, path in (
        *(("POST", path) for path in (LIST, own, f"{own}/pause", f"{own}/resume")),
        *(("GET", path) for path in (f"{own}/pings/", f"{own}/pings/1/body", "/api/v1/channels/")),
        ("DELETE", own),
    ):
        assert said(await reader.request(method, path)) == WRONG

    assert await reread(site, check) == check
    assert await checks.count(site.database, project.id) == 1


async def test_the_order_in_which_a_post_is_refused(
    site: Site, project: ProjectRecord, served: Starlette, writer: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    check = await a_check(site, project)
    own, unknown = f"/api/v1/checks/{check.uuid}", f"/api/v1/checks/{new_uuid()}"
    broken, wrong_field = b"{", b'{"name": 1}'
    async with client(served, UNKNOWN) as unknown_key:
        assert (await unknown_key.put(unknown, content=broken)).status_code == 405
        assert (await unknown_key.post(unknown, content=broken)).status_code == 400
        assert said(await unknown_key.post(unknown, content=wrong_field)) == WRONG
    assert (await stranger.post(unknown, content=wrong_field)).status_code == 404
    assert (await stranger.post(own, content=wrong_field)).status_code == 403
    assert (await writer.post(own, content=wrong_field)).status_code == 400


async def test_the_last_use_of_a_key_is_noted_once_a_minute(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, clock: MovedClock
):
    from app.store import keys

    async def noted() -> object:
        [key] = await keys.of_project(site.database, project.id)
        return key.last_used_at

    assert await noted() is None
    first = clock.now
    await writer.get(LIST)
    assert await noted() == first
    clock.move(seconds=59)
    await writer.get(LIST)
    assert await noted() == first
    clock.move(seconds=1)
    await writer.get(LIST)
    assert await noted() == clock.now
