"""The API within the whole application."""

from contextlib import nullcontext
from dataclasses import replace

import httpx

from app.main import make_app
from app.security.keys import KeyRole
from app.site import Site
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.routes import PREFIXES
from tests.rest_compat.healthchecks.given import ROOT, a_check, a_key


async def test_a_slash_too_many_is_not_found_and_a_forgotten_one_is_mended(site: Site, project: ProjectRecord):
    check = await a_check(site, project)
    key = {"X-Api-Key": await a_key(site, project)}
    transport = httpx.ASGITransport(make_app(site, nullcontext()))
    async with httpx.AsyncClient(transport=transport, base_url=ROOT, headers=key) as client:
        own = await client.get(f"/api/v1/checks/{check.uuid}")
        extra = await client.get(f"/api/v1/checks/{check.uuid}/")
        forgotten = await client.get("/healthchecks/api/v1/checks?tag=a")

    assert (own.status_code, extra.status_code) == (200, 404)
    assert (forgotten.status_code, forgotten.headers["location"]) == (301, "/healthchecks/api/v1/checks/?tag=a")


async def test_badges_and_metrics_are_served_below_the_path_of_the_site(site: Site, project: ProjectRecord):
    check = await a_check(site, project, tags="a/b")
    reader = {"X-Api-Key": await a_key(site, project, KeyRole.READ_ONLY)}
    settings = site.settings.model_copy(update={"site_root": f"{ROOT}/hc"})
    transport = httpx.ASGITransport(make_app(replace(site, settings=settings), nullcontext()))
    async with httpx.AsyncClient(transport=transport, base_url=f"{ROOT}/hc", headers=reader) as client:
        for prefix in PREFIXES:
            listed = (await client.get(f"{prefix}/api/v3/badges/")).json()["badges"]
            own = (await client.get(f"{prefix}/api/v3/checks/{check.unique_key}")).json()["badge_url"]
            urls = [*listed["a/b"].values(), *listed["*"].values(), own]
            metrics = await client.get(f"{prefix}/projects/{project.uuid}/metrics/{reader['X-Api-Key']}")

            assert all(url.startswith(f"{ROOT}/hc{prefix}/b") for url in urls)
            assert [(await client.get(url)).status_code for url in urls] == [200] * 13
            assert "hc_checks_total 1" in metrics.text
