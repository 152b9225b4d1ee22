"""Requests that schemathesis makes up from the OpenAPI document get answers that the document describes."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.db.engine import Database
from app.db.migrate import migrate
from app.ids import unique_key
from app.security.keys import KeyRole, Vault
from app.settings import Settings
from app.site import Site
from rest_compat.healthchecks.openapi import openapi
from rest_compat.healthchecks.routes import documented, healthchecks_routes
from rest_compat.routing import Route as HealthchecksRoute
from tests.rest_compat.healthchecks.given import a_key, a_project

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
SAME_EACH_TIME = settings(max_examples=25, derandomize=True, deadline=None, database=None)


def a_site(folder: Path) -> Site:
    made = Settings(_env_file=None, data_dir=folder, secret_key="a secret of the tests")
    clock = datetime(2026, 3, 1, tzinfo=UTC)
    return Site(made, lambda: clock, Database(made.resolved_database_url), Vault(made.site_secret))


class Api:
    """The API over a site of its own, which lives in schemathesis' event loop."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.keys: dict[KeyRole, str] = {}
        self.app = Starlette(
            routes=[Route("/openapi.json", self._document), *healthchecks_routes(site)], lifespan=self._running
        )
        self.app.router.redirect_slashes = False

    @asynccontextmanager
    async def _running(self, _app: Starlette) -> AsyncIterator[None]:
        await migrate(self.site.database)
        self.project = await a_project(self.site)
        for role in (KeyRole.READ_WRITE, KeyRole.READ_ONLY):
            self.keys[role] = await a_key(self.site, self.project, role)
        yield
        await self.site.database.close()

    def names_of_a_check(self, wanted: Iterable[str]) -> dict[str, str]:
        """Return the names of a new check that a path has room for."""
        with asgi.get_client(self.app) as client:
            headers = {"X-Api-Key": self.keys[KeyRole.READ_WRITE]}
            uuid = client.post("http://testserver/api/v1/checks/", headers=headers, timeout=10).json()["uuid"]
        names = {"uuid": uuid, "unique_key": unique_key(uuid)}
        return {name: names[name] for name in wanted if name in names}

    async def _document(self, _request: Request) -> JSONResponse:
        return JSONResponse(openapi(1, ""))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    yield Api(a_site(tmp_path_factory.mktemp("schema")))
    asgi.shutdown_lifespans()


@pytest.fixture(scope="module")
def schema(api: Api) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", api.app)


@pytest.mark.parametrize("row", documented(1), ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("role", [KeyRole.READ_WRITE, KeyRole.READ_ONLY])
def test_requests_that_are_made_up(api: Api, schema: Any, row: HealthchecksRoute, role: KeyRole):
    @SAME_EACH_TIME
    @given(case=schema[row.path][row.method].as_strategy(), existing=st.booleans())
    def ask(case: schemathesis.Case, existing: bool) -> None:  # noqa: FBT001 - hypothesis gives arguments by name
        if existing:
            case.path_parameters.update(api.names_of_a_check(case.path_parameters))
        case.call_and_validate(headers={"X-Api-Key": api.keys[role]}, checks=CHECKS)

    ask()
