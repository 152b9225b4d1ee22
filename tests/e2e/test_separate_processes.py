"""Web, worker and scheduler apart: on PostgreSQL and Redis they do the main job, on SQLite they say why not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.database import Outside
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess, heliograph
from tests.e2e.test_main_job import curl
from tests.workers.servers import redis_server


@pytest.mark.parametrize("command", ["web", "worker", "scheduler"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_shared_is_refused_in_a_sentence(start: Callable[..., ServerProcess], command: str) -> None:
    process = start(command)

    process.wait_for("set HELIOGRAPH_DATABASE_URL to postgresql://")
    assert process.ended() == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_three_processes_do_the_main_job(
    start: Callable[..., ServerProcess], mailbox: Mailbox, outside: Outside, tmp_path: Path
) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    with redis_server(tmp_path) as redis_url:
        web = start("web", "--port", "0", broker_url=redis_url)
        others = [start(command, broker_url=redis_url) for command in ("worker", "scheduler")]
        root = web.wait_for(r"Heliograph is at (http\S+)").group(1)
        for process in others:
            process.wait_for("Started")
        made = json.loads(heliograph(web, "project", "create", "Ops", "--json"))
        mail = ("--name", "Ops", "--kind", "email", "--value", "ops@example.org")
        heliograph(web, "contact", "create", "--project", "Ops", *mail)
        body = '{"name": "Backups", "timeout": 60, "grace": 60, "channels": "*"}'
        header = f"X-Api-Key: {made['keys']['read_write']}"
        check = json.loads(curl(f"{root}/api/v1/checks/", "--header", header, "--data", body))
        assert curl(check["ping_url"]) == "OK"

        outside.backdate(check["ping_url"].rsplit("/", 1)[1], 200)

        assert mailbox.wait_for(1)[0]["Subject"] == "DOWN | Backups"
        assert [process.stop() for process in (web, *others)] == [0, 0, 0]
