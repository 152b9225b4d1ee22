"""The API as clients reach it: over HTTP, with real keys."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from app.ids import global_id
from app.models import Project
from app.security.keys import KeyRole
from app.site import Site
from app.store import keys, projects
from app.store.keys import NewKey
from app.store.projects import ProjectRecord
from graphql_api.view import graphql_routes


@dataclass
class Asker:
    """Somebody with a key (or none), who asks over HTTP."""

    client: AsyncClient
    project: ProjectRecord
    key: str | None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def project_id(self) -> str:
        return global_id("Project", self.project.uuid)

    async def post(self, query: str, **variables: Any) -> Response:
        authorization = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        body = {"query": query, "variables": variables}
        return await self.client.post("/graphql", json=body, headers=authorization | self.headers)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask what must succeed, and return its data."""
        answer = (await self.post(query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def refused(self, query: str, **variables: Any) -> list[tuple[str, list]]:
        """Ask what must fail, and return the codes and paths of its errors."""
        answer = (await self.post(query, **variables)).json()
        return [(error["extensions"]["code"], error.get("path")) for error in answer["errors"]]


async def make_key(site: Site, project: ProjectRecord, role: KeyRole) -> str:
    async with site.database.transaction() as unit:
        return (await keys.add(unit, site.vault, project.id, NewKey(role), site.clock()))[1]


@pytest.fixture
async def client(site: Site) -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=graphql_routes(site))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def writer(site: Site, client: AsyncClient, project: ProjectRecord) -> Asker:
    return Asker(client, project, await make_key(site, project, KeyRole.READ_WRITE))


@pytest.fixture
async def reader(site: Site, client: AsyncClient, project: ProjectRecord) -> Asker:
    return Asker(client, project, await make_key(site, project, KeyRole.READ_ONLY))


@pytest.fixture
async def stranger(site: Site, client: AsyncClient, project: ProjectRecord) -> Asker:
    """Somebody with a read-write key of another project."""
    async with site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", slug="other", created_at=site.clock()))
    return Asker(client, other, await make_key(site, other, KeyRole.READ_WRITE))


@pytest.fixture
def nobody(client: AsyncClient, project: ProjectRecord) -> Asker:
    return Asker(client, project, None)
