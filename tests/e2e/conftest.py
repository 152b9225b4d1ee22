"""Servers as processes, on both databases, with a mail server and a web hook to hear from them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.database import Outside
from tests.e2e.http_server import HttpServer
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


@pytest.fixture
def outside(database_url: str) -> Outside:
    return Outside(database_url)


@pytest.fixture
def start(tmp_path: Path, database_url: str, mailbox: Mailbox) -> Iterator[Callable[..., ServerProcess]]:
    """Starts processes on one database and one mail server; what still runs at the end is stopped."""
    started: list[ServerProcess] = []

    def run(*arguments: str, **settings: str) -> ServerProcess:
        common = {
            "database_url": database_url,
            "smtp_url": mailbox.url,
            "allow_private_targets": "true",
            "secret_key": "a secret of the tests",
        }
        process = ServerProcess(tmp_path, *arguments, **(common | settings))
        started.append(process)
        return process

    yield run
    for process in started:
        process.stop()


@pytest.fixture
def serve(start: Callable[..., ServerProcess]) -> Callable[..., tuple[ServerProcess, str]]:
    """Starts everything in one process and returns it with its root URL."""

    def run(**settings: str) -> tuple[ServerProcess, str]:
        process = start("serve", "--port", "0", **settings)
        root = process.wait_for(r"Heliograph is at (http\S+)").group(1)
        return process, root

    return run
