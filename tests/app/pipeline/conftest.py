"""Fixtures of the pipeline's tests."""

import pytest

from app.site import Site
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)
