"""What Prometheus scrapes of a project, read by its own parser (section 15)."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.ids import new_uuid
from app.pipeline.ingest import Ingest
from app.security.keys import KeyRole
from app.site import Site
from app.store.projects import ProjectRecord
from app.web.front import Front
from app.web.pings import PingEndpoint
from app.web.project_metrics.routes import project_metrics_routes
from rest_compat.healthchecks.routes import PREFIXES
from tests.conftest import MovedClock
from tests.rest_compat.healthchecks.given import a_check, a_key, a_project, application

CHECKS = "/api/v3/checks/"
OF_A_CHECK = ("up", "started", "grace", "paused")


@pytest.fixture
async def served(site: Site) -> AsyncIterator[Front]:
    """The management API, the metrics and the ping URLs."""
    ingest = Ingest(site)
    app = application(site)
    app.router.routes += project_metrics_routes(site, PREFIXES)
    yield Front(PingEndpoint(ingest, site), app, site.site_root)
    await ingest.close()


@pytest.fixture
def own(project: ProjectRecord) -> str:
    return f"/projects/{project.uuid}"


async def made(writer: httpx.AsyncClient, *suffixes: str, **fields: Any) -> dict[str, Any]:
    check: dict[str, Any] = (await writer.post(CHECKS, json={"timeout": 60, "grace": 60, **fields})).json()
    for suffix in suffixes:
        await writer.get(check["ping_url"] + suffix)
    return check


async def scraped(reader: httpx.AsyncClient, own: str) -> dict[tuple[str, str], float]:
    """Return each value by its metric and its name or tag."""
    answer = await reader.get(f"{own}/metrics/{reader.headers['x-api-key']}")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/plain")
    families = list(text_string_to_metric_families(answer.text))
    assert {family.type for family in families} == {"gauge"}
    samples = [sample for family in families for sample in family.samples]
    return {(one.name, one.labels.get("name", one.labels.get("tag", ""))): one.value for one in samples}


async def gauges(reader: httpx.AsyncClient, own: str, name: str) -> tuple[float, ...]:
    """Return the four gauges of a check: up, started, grace, paused."""
    found = await scraped(reader, own)
    return tuple(found[f"hc_check_{gauge}", name] for gauge in OF_A_CHECK)


async def test_a_check_has_four_gauges_in_each_of_its_states(
    writer: httpx.AsyncClient, reader: httpx.AsyncClient, clock: MovedClock, own: str
) -> None:
    """As up, started, grace, paused: `up` is 0 for down alone."""
    await made(writer, name="new")
    await made(writer, "/start", name="started", grace=3600)
    await made(writer, "", name="in time")
    await made(writer, "/fail", name="failed")
    await writer.post((await made(writer, "", name="paused"))["pause_url"])

    for name, expected in {
        "new": (1, 0, 0, 0),
        "started": (1, 1, 0, 0),
        "in time": (1, 0, 0, 0),
        "failed": (0, 0, 0, 0),
        "paused": (1, 0, 0, 1),
    }.items():
        assert await gauges(reader, own, name) == expected, name
    clock.move(seconds=60)
    assert await gauges(reader, own, "in time") == (1, 0, 1, 0)
    clock.move(seconds=60)
    assert await gauges(reader, own, "in time") == (0, 0, 0, 0)
    clock.move(seconds=3480)
    assert await gauges(reader, own, "started") == (0, 1, 0, 0)


async def test_tags_and_totals_count_what_is_down(
    site: Site, writer: httpx.AsyncClient, reader: httpx.AsyncClient, own: str
) -> None:
    await made(writer, "/fail", name="one", tags="a b")
    await made(writer, "", name="two", tags="b c")
    await a_check(site, await a_project(site), name="theirs", tags="theirs")

    found = await scraped(reader, own)

    tags = {tag: value for (metric, tag), value in found.items() if metric == "hc_tag_up"}
    assert tags == {"a": 0, "b": 0, "c": 1}
    assert (found["hc_checks_total", ""], found["hc_checks_down_total", ""]) == (2, 1)
    assert ("hc_check_up", "theirs") not in found


async def test_a_project_without_checks_has_totals(reader: httpx.AsyncClient, own: str) -> None:
    assert await scraped(reader, own) == {("hc_checks_total", ""): 0, ("hc_checks_down_total", ""): 0}


async def test_labels_are_escaped_and_name_the_check_without_its_uuid(
    writer: httpx.AsyncClient, reader: httpx.AsyncClient, own: str
) -> None:
    name, tags = 'say "hi" \\ {x="1"} 1\nhc_check_up 0', 'a\\b "c" žluť'
    check = await made(writer, name=name, tags=tags)
    key = reader.headers["x-api-key"]

    text = (await reader.get(f"{own}/metrics/{key}")).text

    [seen] = (await reader.get(CHECKS)).json()["checks"]
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    of_check = [sample.labels for sample in samples if sample.name.startswith("hc_check_")]
    assert of_check == [{"name": name, "tags": tags, "unique_key": seen["unique_key"]}] * len(OF_A_CHECK)
    assert r'name="say \"hi\" \\ {x=\"1\"} 1\nhc_check_up 0"' in text
    assert check["uuid"] not in text


async def test_the_key_ends_the_path_of_today_or_of_old_or_is_a_bearer(
    writer: httpx.AsyncClient, reader: httpx.AsyncClient, nobody: httpx.AsyncClient, own: str
) -> None:
    await made(writer, name="x")
    key = reader.headers["x-api-key"]
    first = (await nobody.get(f"{own}/metrics/{key}")).text

    assert "hc_checks_total 1\n" in first
    for path in (f"{own}/checks/metrics/{key}", f"/healthchecks{own}/metrics/{key}"):
        assert (await nobody.get(path)).text == first
    for path in (f"{own}/metrics", f"{own}/metrics/"):
        assert (await nobody.get(path, headers={"Authorization": f"Bearer {key}"})).text == first


async def test_wrong_keys_are_told_apart(
    site: Site, project: ProjectRecord, reader: httpx.AsyncClient, nobody: httpx.AsyncClient, own: str
) -> None:
    key = reader.headers["x-api-key"]
    theirs = await a_key(site, await a_project(site), KeyRole.READ_ONLY)

    async def statuses(given: str) -> tuple[int, int]:
        by_path = await nobody.get(f"{own}/metrics/{given}")
        by_header = await nobody.get(f"{own}/metrics/", headers={"Authorization": f"Bearer {given}"})
        return by_path.status_code, by_header.status_code

    assert await statuses(key) == (200, 200)
    for short in ("x", key[:-1], key + "x"):
        assert await statuses(short) == (400, 400)
    for wrong in ("x" * 32, theirs, key[:-1] + ("x" if key[-1] != "x" else "y"), await a_key(site, project)):
        assert await statuses(wrong) == (403, 403)
    for headers in ({}, {"Authorization": f"Basic {key}"}, {"Authorization": key}, {"X-Api-Key": key}):
        assert (await nobody.get(f"{own}/metrics/", headers=headers)).status_code == 401
    assert (await nobody.get(f"/projects/{new_uuid()}/metrics/{key}")).status_code == 403
