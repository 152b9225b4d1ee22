"""Scraping a project: the ways to bring a key, and what each wrong one is told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from app.rules.states import WatchState
from app.security.keys import KeyRole
from app.site import Site
from app.store.projects import ProjectRecord
from app.web.project_metrics.routes import project_metrics_routes
from tests.conftest import START, MovedClock
from tests.graphql_api.test_statements import counted
from tests.rest_compat.healthchecks.given import a_check, a_key, a_project

PREFIXES = ("", "/healthchecks")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
async def client(site: Site) -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=project_metrics_routes(site, PREFIXES))
    app.router.redirect_slashes = False
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def key(site: Site, project: ProjectRecord) -> str:
    return await a_key(site, project, KeyRole.READ_ONLY)


def bearer(key: str, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {key}"}


async def told(client: AsyncClient, project: ProjectRecord, key: str) -> tuple[int, int]:
    """Return the statuses that the key gets in the path and as a bearer."""
    path = f"/projects/{project.uuid}/metrics"
    by_path, by_header = await client.get(f"{path}/{key}"), await client.get(path, headers=bearer(key))
    return by_path.status_code, by_header.status_code


async def test_every_way_to_bring_a_key_is_answered_alike(
    site: Site, project: ProjectRecord, client: AsyncClient, key: str
) -> None:
    check = await a_check(site, project, name='say "hi"\\\n', tags="prod žluť", state=WatchState.UP, last_ping_at=START)
    await a_check(site, await a_project(site), name="Theirs")

    own = f"/projects/{project.uuid}"
    answers = [
        await client.get(prefix + path, headers=headers)
        for prefix in PREFIXES
        for path, headers in (
            (f"{own}/metrics/{key}", {}),
            (f"{own}/checks/metrics/{key}", {}),
            (f"{own}/metrics/", bearer(key)),
            (f"{own}/metrics", bearer(key, "bearer")),
        )
    ]

    for answer in answers:
        assert (answer.status_code, answer.text) == (200, answers[0].text)
        assert answer.headers["content-type"] == "text/plain; version=0.0.4"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
    families = {family.name: family for family in text_string_to_metric_families(answers[0].text)}
    [sample] = families["hc_check_up"].samples
    assert sample.labels == {"name": 'say "hi"\\\n', "tags": "prod žluť", "unique_key": check.unique_key}
    assert check.uuid not in answers[0].text


async def test_a_check_is_measured_as_it_is_at_this_very_moment(
    site: Site, project: ProjectRecord, client: AsyncClient, key: str, clock: MovedClock
) -> None:
    shape: dict[str, Any] = {"state": WatchState.UP, "last_ping_at": START, "period": 60, "grace": 60}
    await a_check(site, project, name="late", **shape)
    await a_check(site, project, name="run", **shape | {"period": 600, "grace": 90, "last_start_at": START})
    await a_check(site, project, name="paused", paused=True)
    seen = []
    for seconds in (0, 60, 90, 120):
        clock.now = START + timedelta(seconds=seconds)
        text = (await client.get(f"/projects/{project.uuid}/metrics/{key}")).text
        found = {family.name: family.samples for family in text_string_to_metric_families(text)}
        gauges = ("hc_check_up", "hc_check_started", "hc_check_grace", "hc_check_paused")
        seen.append(["".join(f"{sample.value:.0f}" for sample in found[name]) for name in gauges])

    assert seen == [
        ["111", "010", "000", "001"],
        ["111", "010", "100", "001"],
        ["101", "010", "100", "001"],
        ["001", "010", "000", "001"],
    ]


async def test_without_a_bearer_nothing_is_told(project: ProjectRecord, client: AsyncClient, key: str) -> None:
    for headers in ({}, {"Authorization": f"Basic {key}"}, {"Authorization": key}, {"X-Api-Key": key}):
        for end in ("metrics", "metrics/"):
            answer = await client.get(f"/projects/{project.uuid}/{end}", headers=headers)
            assert answer.status_code == 401


@pytest.mark.parametrize("wrong", ["x", "x" * 31, "x" * 33, "%20" * 32 + "x"])
async def test_what_cannot_be_a_key_is_a_bad_request(project: ProjectRecord, client: AsyncClient, wrong: str) -> None:
    assert await told(client, project, wrong) == (400, 400)


async def test_only_a_read_only_key_of_the_very_project_opens_it(
    site: Site, project: ProjectRecord, client: AsyncClient, key: str
) -> None:
    stranger = await a_project(site)

    assert await told(client, project, key) == (200, 200)
    for wrong in (
        "x" * 32,
        key.swapcase(),
        await a_key(site, project, KeyRole.READ_WRITE),
        await a_key(site, stranger, KeyRole.READ_ONLY),
    ):
        assert await told(client, project, wrong) == (403, 403)
    assert await told(client, stranger, key) == (403, 403)


async def test_a_key_works_until_it_expires_and_from_its_addresses_alone(
    site: Site, project: ProjectRecord, client: AsyncClient, clock: MovedClock
) -> None:
    short = await a_key(site, project, KeyRole.READ_ONLY, expires_at=START + timedelta(hours=1))
    near = await a_key(site, project, KeyRole.READ_ONLY, allow_ip="127.0.0.1")
    far = await a_key(site, project, KeyRole.READ_ONLY, allow_ip="192.0.2.7")

    assert [await told(client, project, key) for key in (short, near, far)] == [(200, 200), (200, 200), (403, 403)]
    clock.move(hours=1)
    assert await told(client, project, short) == (403, 403)


@pytest.mark.parametrize("name", ["x", "00000000-0000-4000-8000-00000000000", "F618072A-7BDE-4EEE-AF63-71A77C5723BC"])
async def test_what_is_no_project_is_not_found(client: AsyncClient, key: str, name: str) -> None:
    assert (await client.get(f"/projects/{name}/metrics/{key}")).status_code == 404
    assert (await client.get(f"/projects/{name}/metrics", headers=bearer(key))).status_code == 404


async def test_metrics_are_read_alone(project: ProjectRecord, client: AsyncClient, key: str) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert (await client.request(method, f"/projects/{project.uuid}/metrics/{key}")).status_code == 405


async def test_a_scrape_costs_two_statements_and_notes_the_key_once_a_minute(
    site: Site, project: ProjectRecord, client: AsyncClient, key: str, clock: MovedClock
) -> None:
    for number in range(20):
        await a_check(site, project, name=str(number), tags="prod")
    path = f"/projects/{project.uuid}/metrics/{key}"
    with counted(site) as first:
        await client.get(path)

    with counted(site) as second:
        await client.get(path)

    assert [statement.split(None, 1)[0] for statement in second] == ["SELECT", "SELECT"]
    assert sum(statement.startswith("UPDATE") for statement in first) == 1
