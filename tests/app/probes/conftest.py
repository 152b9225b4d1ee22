"""What tests of probes need: a prober that may reach this machine, and names that only the tests know."""

import pytest

from app.probes.http import Prober
from tests.app.network import *  # noqa: F403 - fixtures are taken by name
from tests.app.receiver import Receiver


@pytest.fixture
async def prober(resolver, authority):
    async with Prober(allow_private=True, resolver=resolver, authorities=authority.file) as prober:
        yield prober


@pytest.fixture
async def other():
    async with Receiver() as receiver:
        yield receiver
