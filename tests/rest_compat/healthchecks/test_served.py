"""The API within the whole application."""

from contextlib import nullcontext

import httpx

from app.main import make_app
from app.site import Site
from app.store.projects import ProjectRecord
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
