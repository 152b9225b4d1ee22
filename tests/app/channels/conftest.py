"""Channels are tested without the internet: no name of another host resolves."""

import socket

import pytest

from tests.app.receiver import Receiver

_OWN = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def no_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def resolve_own(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not name.replace(".", "").isdigit() and ":" not in name and name not in _OWN:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_own)


@pytest.fixture
async def receiver():
    async with Receiver() as receiver:
        yield receiver
