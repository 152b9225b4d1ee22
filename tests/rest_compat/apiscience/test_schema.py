"""Requests that schemathesis makes up from the OpenAPI document get answers that the document describes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
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
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from rest_compat.apiscience.openapi import openapi
from rest_compat.apiscience.routes import TABLE, apiscience_routes
from rest_compat.routing import Route as Row
from tests.rest_compat.apiscience.given import V1, a_key, a_project

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
SAME_EACH_TIME = settings(max_examples=10, derandomize=True, deadline=None, database=None)
STEP = {"method": "GET", "href": "http://a.test", "validations": [{"kind": "JSON"}]}
MONITOR = {"name": "m", "frequency": 60, "tags": ["a"], "templates": [STEP]}
CONTACT = {"type": "email", "value": "ops@example.org"}
ROWS = [row for row in TABLE if not row.path.endswith("/test")]
"""All but the one that goes out to targets."""


def a_site(folder: Path) -> Site:
    made = Settings(_env_file=None, data_dir=folder, secret_key="a secret of the tests")
    clock = datetime(2026, 3, 1, tzinfo=UTC)
    return Site(made, lambda: clock, Database(made.resolved_database_url), Vault(made.site_secret))


class Api:
    """The API over a site of its own, which lives in schemathesis' event loop."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.app = Starlette(
            routes=[Route("/openapi.json", self._document), *apiscience_routes(site)], lifespan=self._running
        )
        self.app.router.redirect_slashes = False

    @asynccontextmanager
    async def _running(self, _app: Starlette) -> AsyncIterator[None]:
        await migrate(self.site.database)
        project = await a_project(self.site, check_limit=10_000)
        self.headers = {"Authorization": f"Bearer {await a_key(self.site, project)}"}
        yield
        await self.site.database.close()

    def names_of_what_there_is(self) -> dict[str, str]:
        """Return the numbers of a new monitor, of its template, and of a new contact."""
        with asgi.get_client(self.app) as client:
            made = client.post(f"{V1}/monitors", headers=self.headers, json=MONITOR, timeout=10).json()["data"]
            contact = client.post(f"{V1}/contacts", headers=self.headers, json=CONTACT, timeout=10).json()["data"]
        return {
            "monitor": str(made["id"]),
            "template": str(made["templates"][0]["id"]),
            "contact": str(contact["id"]),
        }

    async def _document(self, _request: Request) -> JSONResponse:
        return JSONResponse(openapi(""))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    yield Api(a_site(tmp_path_factory.mktemp("schema")))
    asgi.shutdown_lifespans()


@pytest.fixture(scope="module")
def schema(api: Api) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", api.app)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_requests_that_are_made_up(api: Api, schema: Any, row: Row):
    @SAME_EACH_TIME
    @given(case=schema[row.path][row.method].as_strategy(), existing=st.booleans())
    def ask(case: schemathesis.Case, existing: bool) -> None:  # noqa: FBT001 - hypothesis gives arguments by name
        if existing:
            names = api.names_of_what_there_is()
            case.path_parameters.update({name: names[name] for name in case.path_parameters if name in names})
        case.call_and_validate(headers=api.headers, checks=CHECKS)

    ask()


def test_every_row_is_in_the_document_and_every_schema_is_one():
    document = openapi("http://testserver")

    rows = {(row.path, row.method.lower()) for row in TABLE}
    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == rows
    assert document["servers"] == [{"url": V1}]
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    validator_for(content["schema"])
