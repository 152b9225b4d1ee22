"""A runner that may reach this machine, and names and authorities that only the tests know."""

import pytest

from app.clock import system_clock
from app.runs.runner import Runner
from tests.app.network import *  # noqa: F403 - fixtures are taken by name


@pytest.fixture
def options(resolver, authority):
    """What every runner of a test has."""
    return {"resolver": resolver, "authorities": authority.file, "script_children": 2}


@pytest.fixture
async def runner(options):
    async with Runner(allow_private=True, clock=system_clock, **options) as runner:
        yield runner
