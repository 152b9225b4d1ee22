"""Badges: where they are, and that who follows the URLs finds them (sections 7.5 and 14)."""

from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from app.rules.outcomes import ProbeKind
from app.rules.states import WatchState
from app.site import Site
from app.store import checks, monitors, tags
from app.store.projects import ProjectRecord
from app.web.badges.routes import badge_routes
from rest_compat.healthchecks.routes import PREFIXES, VERSIONS
from tests.conftest import MovedClock
from tests.graphql_api.test_statements import counted
from tests.rest_compat.healthchecks.given import ROOT, a_check, a_project, application

FORMATS = ["svg", "svg3", "json", "json3", "shields", "shields3"]


@pytest.fixture
def served(site: Site) -> Starlette:
    """The management API and the badges."""
    app = application(site)
    app.router.routes += badge_routes(site, PREFIXES)
    return app


@pytest.fixture
async def tagged(site: Site, project: ProjectRecord) -> None:
    """Checks of ours that carry tags, one of another project, an unused tag, and one of a monitor."""
    await a_check(site, project, name="A", tags="prod db/main")
    await a_check(site, project, name="B", tags="prod žluť")
    last = await a_check(site, project, name="C", tags="gone")
    await a_check(site, await a_project(site), tags="theirs")
    monitor = monitors.new_monitor(project.id, ProbeKind.HTTP, "Shop", 60, site.clock())
    async with site.database.transaction() as unit:
        await monitors.add(unit, monitor)
        await tags.retag(unit, project.id, monitor.id, ["prod", "of a monitor"])
        await tags.retag(unit, project.id, last.id, [])
        await checks.save(unit, replace(last, tags=""))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("prefix", PREFIXES)
async def test_every_tag_and_the_whole_project_have_a_badge_of_each_kind(
    project: ProjectRecord,
    tagged: None,
    reader: httpx.AsyncClient,
    nobody: httpx.AsyncClient,
    version: int,
    prefix: str,
) -> None:
    answer = await reader.get(f"{prefix}/api/v{version}/badges/")

    assert answer.status_code == 200
    found = answer.json()["badges"]
    assert set(found) == {"*", "prod", "db/main", "žluť"}
    for tag, urls in found.items():
        assert list(urls) == FORMATS
        assert all(url.startswith(f"{ROOT}{prefix}/badge/{project.badge_key}/") for url in urls.values())
        told = {kind: await nobody.get(url) for kind, url in urls.items()}
        assert {kind: one.status_code for kind, one in told.items()} == dict.fromkeys(FORMATS, 200)
        total = {"*": 3, "prod": 2}.get(tag, 1)
        seen = {"status": "up", "total": total, "grace": 0, "down": 0}
        assert told["json"].json() == told["json3"].json() == seen
        label = "Heliograph" if tag == "*" else tag
        assert told["shields"].json()["label"] == told["shields3"].json()["label"] == label
        assert f">{label}</text>" in told["svg"].text
        assert told["svg3"].text == told["svg"].text


async def test_only_the_badges_with_a_three_are_late(
    site: Site, project: ProjectRecord, reader: httpx.AsyncClient, clock: MovedClock
) -> None:
    check = await a_check(site, project, tags="x", state=WatchState.UP, last_ping_at=clock.now, period=60, grace=60)
    urls = (await reader.get("/api/v3/badges/")).json()["badges"]["x"]
    clock.move(seconds=60)

    told = {kind: (await reader.get(url)).text for kind, url in urls.items()}

    assert [kind for kind in FORMATS if "late" in told[kind]] == ["svg3", "json3", "shields3"]
    badge_url = (await reader.get(f"/api/v3/checks/{check.uuid}")).json()["badge_url"]
    assert ">up</text>" in (await reader.get(badge_url)).text
    assert ">late</text>" in (await reader.get(badge_url.replace("/b/2/", "/b/3/"))).text


async def test_a_project_without_tags_has_its_own_badge_alone(reader: httpx.AsyncClient) -> None:
    assert list((await reader.get("/api/v1/badges/")).json()["badges"]) == ["*"]


async def test_a_tag_that_is_a_star_stands_for_all(
    site: Site, project: ProjectRecord, reader: httpx.AsyncClient
) -> None:
    await a_check(site, project, tags="*")
    await a_check(site, project)

    found = (await reader.get("/api/v1/badges/")).json()["badges"]

    assert list(found) == ["*"]
    assert (await reader.get(found["*"]["json"])).json()["total"] == 2


async def test_the_list_costs_the_key_and_one_statement(
    site: Site, tagged: None, reader: httpx.AsyncClient, clock: MovedClock
) -> None:
    await reader.get("/api/v1/badges/")  # notes the use of the key

    with counted(site) as statements:
        await reader.get("/api/v1/badges/")

    assert len(statements) == 2


async def test_without_a_key_no_badges_are_told(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/api/v1/badges/")

    assert (answer.status_code, answer.json()) == (401, {"error": "missing api key"})
