"""Delete Check."""

import httpx

from app.site import Site
from app.store.projects import ProjectRecord
from tests.contract.healthchecks_v1.example import as_documented
from tests.contract.healthchecks_v1.test_create_check import example
from tests.rest_compat.healthchecks.given import EXTRA_WRITER_KEYS, a_channel, a_check, assigned, reread

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"


async def test_the_example(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project, uuid=UUID, name="Backups", tags="prod www", period=3600, grace=60)
    await assigned(site, check, await a_channel(site, project))

    answer = await writer.delete(f"/api/v1/checks/{UUID}")

    assert answer.status_code == 200
    assert as_documented(answer.json(), example(UUID), EXTRA_WRITER_KEYS)
    assert await reread(site, check) is None
    assert (await writer.delete(f"/api/v1/checks/{UUID}")).status_code == 404
    assert (await writer.get(f"/api/v1/checks/{UUID}")).status_code == 404


async def test_a_key_in_the_body_is_not_heard(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, nobody: httpx.AsyncClient
):
    check = await a_check(site, project)

    answer = await nobody.request(
        "DELETE", f"/api/v1/checks/{check.uuid}", json={"api_key": writer.headers["x-api-key"]}
    )

    assert (answer.status_code, answer.json()) == (401, {"error": "missing api key"})
    assert await reread(site, check) is not None
