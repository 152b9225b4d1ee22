"""Fixtures of everything that talks to the API Science API; a conftest takes them by importing them."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from app.security.keys import KeyRole
from app.site import Site
from app.store.projects import ProjectRecord
from tests.rest_compat.apiscience.given import a_key, a_project, a_world, application, client
from tests.world import World

__all__ = ["nobody", "reader", "served", "stranger", "world", "writer"]


@pytest.fixture
def served(site: Site) -> Starlette:
    """The API over the site."""
    return application(site)


@pytest.fixture
async def writer(site: Site, project: ProjectRecord, served: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the project's read-write key."""
    async with client(served, await a_key(site, project)) as one:
        yield one


@pytest.fixture
async def reader(site: Site, project: ProjectRecord, served: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the project's read-only key."""
    async with client(served, await a_key(site, project, KeyRole.READ_ONLY)) as one:
        yield one


@pytest.fixture
async def stranger(site: Site, project: ProjectRecord, served: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client with another project's read-write key."""
    async with client(served, await a_key(site, await a_project(site))) as one:
        yield one


@pytest.fixture
async def nobody(served: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    async with client(served) as one:
        yield one


@pytest.fixture
async def world(site: Site, project: ProjectRecord) -> World:
    """The project, for runs to be recorded in."""
    return await a_world(site, project)
