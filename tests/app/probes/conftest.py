"""What tests of probes need: a prober that may reach this machine, and names that only the tests know."""

import pytest

from app.probes.http import Prober
from app.probes.resolver import Resolver
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
async def prober(names, authority, tmp_path):
    resolver = Resolver(hosts=tmp_path / "no-hosts", upstream=names.upstream)
    async with Prober(allow_private=True, resolver=resolver, authorities=authority.file) as prober:
        yield prober


@pytest.fixture
async def receiver():
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def other():
    async with Receiver() as receiver:
        yield receiver
