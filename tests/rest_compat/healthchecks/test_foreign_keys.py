"""Another project's key opens no endpoint of ours: tried for every row of the route table."""

import httpx
import pytest

from app.models import Ping
from app.rules.states import PingKind
from app.site import Site
from app.store import history
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.routes import PREFIXES, table
from rest_compat.routing import Route
from tests.conftest import START
from tests.rest_compat.healthchecks.given import a_channel, a_check, reread, stored

ROWS = table(1)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
async def test_a_foreign_key_reads_and_changes_nothing(
    site: Site, project: ProjectRecord, stranger: httpx.AsyncClient, row: Route
):
    check = await a_check(site, project, name="Ours", tags="ours", paused=True)
    await a_channel(site, project, "Ours")
    await stored(
        site,
        Ping(
            watchable_id=check.id, number=1, kind=PingKind.SUCCESS, at=START, scheme="http", method="GET", body=b"Ours"
        ),
    )
    path = row.path.format(uuid=check.uuid, unique_key=check.unique_key, n=1)

    for prefix in PREFIXES:
        answer = await stranger.request(row.method, f"{prefix}/api/v1{path}", json={"name": "Theirs"})

        assert b"Ours" not in answer.content
        if "{uuid}" in row.path:
            assert (answer.status_code, answer.content) == (403, b"")
        elif "{unique_key}" in row.path:
            assert (answer.status_code, answer.content) == (404, b"")

    assert await reread(site, check) == check
    assert await history.flips_of(site.database, check.id) == []
