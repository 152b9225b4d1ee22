"""Badges as anybody reaches them: over HTTP, without a key. What they count is tried on both databases elsewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from app.site import Site
from app.web.badges.routes import badge_routes


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
async def anybody(site: Site) -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=badge_routes(site, ("", "/healthchecks")))
    app.router.redirect_slashes = False
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as client:
        yield client
