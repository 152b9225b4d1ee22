"""Pause Monitoring of a Check."""

import httpx
import pytest

from app.rules.states import FlipReason, WatchState
from app.site import Site
from app.store import history, notifications
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from tests.conftest import START
from tests.contract.healthchecks_v1.example import as_documented
from tests.contract.healthchecks_v1.test_create_check import example
from tests.rest_compat.healthchecks.given import EXTRA_WRITER_KEYS, a_channel, a_check, assigned, reread

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"


@pytest.fixture
async def check(site: Site, project: ProjectRecord) -> CheckRecord:
    return await a_check(site, project, uuid=UUID, name="Backups", tags="prod www", period=3600, grace=60)


@pytest.mark.usefixtures("check")
@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json", "Content-Length": "0"}])
async def test_the_example(writer: httpx.AsyncClient, headers: dict):
    answer = await writer.post(f"/api/v1/checks/{UUID}/pause", content=b"", headers=headers)

    assert answer.status_code == 200
    assert as_documented(answer.json(), {**example(UUID), "status": "paused"}, EXTRA_WRITER_KEYS)


@pytest.mark.usefixtures("check")
async def test_the_key_may_be_in_the_body(writer: httpx.AsyncClient, nobody: httpx.AsyncClient):
    answer = await nobody.post(f"/api/v1/checks/{UUID}/pause", json={"api_key": writer.headers["x-api-key"]})

    assert answer.json()["status"] == "paused"


@pytest.mark.usefixtures("check")
async def test_a_body_that_is_no_object_is_refused(writer: httpx.AsyncClient):
    answer = await writer.post(f"/api/v1/checks/{UUID}/pause", content=b"null")

    assert (answer.status_code, answer.json()) == (400, {"error": "json validation error: value is not an object"})


async def test_a_running_check_forgets_its_run_and_keeps_its_past(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
):
    running = await a_check(site, project, state=WatchState.UP, last_ping_at=START, last_start_at=START, ping_count=7)
    await assigned(site, running, await a_channel(site, project))

    paused = (await writer.post(f"/api/v1/checks/{running.uuid}/pause")).json()

    assert (paused["status"], paused["started"], paused["next_ping"]) == ("paused", False, None)
    assert (paused["last_ping"], paused["n_pings"]) == ("2026-03-01T12:00:00+00:00", 7)
    [flip] = await history.flips_of(site.database, running.id)
    assert (flip.reason, flip.at) == (FlipReason.PAUSED, START)
    assert await notifications.page(site.database, project.id, channel_id=None, below=None, limit=10) == []


async def test_pausing_again_adds_no_flip(site: Site, check: CheckRecord, writer: httpx.AsyncClient):
    for _ in range(2):
        assert (await writer.post(f"/api/v1/checks/{UUID}/pause")).status_code == 200

    assert len(await history.flips_of(site.database, check.id)) == 1
    assert (await reread(site, check)).paused
