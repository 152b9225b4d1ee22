"""A runner that may reach this machine, and names and authorities that only the tests know."""

import pytest

from app.clock import system_clock
from app.probes.resolver import Resolver
from app.runs.runner import Runner
from tests.app.certificates import Authority
from tests.app.probes.name_server import NameServer
from tests.app.receiver import Receiver


@pytest.fixture
async def names():
    async with NameServer() as server:
        yield server


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def options(names, authority, tmp_path):
    """What every runner of a test has."""
    resolver = Resolver(hosts=tmp_path / "no-hosts", upstream=names.upstream)
    return {"resolver": resolver, "authorities": authority.file, "script_children": 2}


@pytest.fixture
async def runner(options):
    async with Runner(allow_private=True, clock=system_clock, **options) as runner:
        yield runner


@pytest.fixture
async def receiver():
    async with Receiver() as receiver:
        yield receiver
