"""Resuming a check: not in the document, found in the server (specs/healthchecks.md section 5.6)."""

import httpx

from app.site import Site
from app.store import history
from app.store.projects import ProjectRecord
from tests.conftest import START
from tests.rest_compat.healthchecks.given import a_check


async def test_a_paused_check_waits_for_its_first_ping_again(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
):
    check = await a_check(site, project, last_ping_at=START, ping_count=7)
    await writer.post(f"/api/v1/checks/{check.uuid}/pause")

    answer = await writer.post(f"/api/v1/checks/{check.uuid}/resume")

    assert answer.status_code == 200
    resumed = answer.json()
    assert (resumed["status"], resumed["last_ping"], resumed["next_ping"]) == ("new", None, None)
    assert resumed["n_pings"] == 7
    assert [flip.reason for flip in await history.flips_of(site.database, check.id)] == ["resumed", "paused"]


async def test_a_check_that_is_not_paused_is_a_conflict(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project)

    answer = await writer.post(f"/api/v1/checks/{check.uuid}/resume")

    assert (answer.status_code, answer.text) == (409, "check is not paused")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["access-control-allow-origin"] == "*"
