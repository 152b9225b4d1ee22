"""Fixtures of whatever goes out to a network: names, authorities and servers that only the tests know.

A conftest takes them by importing them.
"""

import pytest

from app.probes.resolver import Resolver
from tests.app.certificates import Authority
from tests.app.probes.name_server import NameServer
from tests.app.receiver import Receiver

__all__ = ["authority", "names", "receiver", "resolver"]


@pytest.fixture
async def names():
    async with NameServer() as server:
        yield server


@pytest.fixture
def resolver(names, tmp_path):
    return Resolver(hosts=tmp_path / "no-hosts", upstream=names.upstream)


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
async def receiver():
    async with Receiver() as receiver:
        yield receiver
