"""The API and the ping URLs beside each other, as clients find them, on SQLite: no test here asks for a database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.pipeline.ingest import Ingest
from app.security.keys import KeyRole
from app.site import Site
from app.store.projects import ProjectRecord
from app.web.front import Front
from app.web.pings import PingEndpoint
from tests.rest_compat.healthchecks.given import a_key, application


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
async def served(site: Site) -> AsyncIterator[Front]:
    """The management API and the ping URLs."""
    ingest = Ingest(site)
    yield Front(PingEndpoint(ingest, site), application(site), site.site_root)
    await ingest.close()


@pytest.fixture
async def ping_key(site: Site, project: ProjectRecord) -> str:
    return await a_key(site, project, KeyRole.PING)
