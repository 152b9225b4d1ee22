"""Monitors are measured by real processes, also when one of them is killed in the midst of a batch."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.database import Outside
from tests.e2e.server import ServerProcess, heliograph
from tests.workers.servers import redis_server

MONITORS = 30
INTERVAL, TIMEOUT = 30, 5
ANSWERED_AT_ONCE = 10
WAIT_SECONDS = 60

_MONITORS = f"""
WITH numbers AS (SELECT n FROM generate_series(1, {MONITORS}) AS n),
made AS (
    INSERT INTO watchables (uuid, project_id, kind, name, slug, tags, state, state_since, paused, created_at)
    SELECT gen_random_uuid()::text, (SELECT min(id) FROM projects), 'MONITOR', 'monitor ' || n, '', '', 'NEW', now(),
    FALSE, now() FROM numbers RETURNING id
),
probing AS (
    INSERT INTO monitors (watchable_id, badge_uuid, kind, address, interval, timeout, retries, locations_down,
    runs_down, runs_up, auto_linked, updated_at)
    SELECT id, gen_random_uuid()::text, 'HTTP', '{{url}}', {INTERVAL}, {TIMEOUT}, 0, 1, 1, 1, FALSE, now() FROM made
)
INSERT INTO monitor_locations (watchable_id, location_id, position, due_at, look_at, lease, failures_in_row,
passes_in_row, unmeasured_in_row, bad)
SELECT id, (SELECT min(id) FROM locations), 0, now(), now(), 0, 0, 0, 0, FALSE FROM made
"""


class Target:
    """Answers its first requests at once, and the others when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = threading.Event()
        lock = threading.Lock()
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with lock:
                    target.asked += 1
                    quick = target.asked <= ANSWERED_AT_ONCE
                if not quick:
                    target.may_answer.wait(WAIT_SECONDS)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Keep the output of the tests clean."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

            def handle_error(self, *_arguments: object) -> None:
                """Say nothing of connections that a killed worker left."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.close()


def until(holds: Callable[[], Any]) -> Any:
    """Wait for what happens in other processes; return what it is."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_is_killed_in_the_midst_of_a_batch_delays_no_monitor_by_more_than_an_interval(
    start: Callable[..., ServerProcess], outside: Outside, target: Target, tmp_path: Path
) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    with redis_server(tmp_path) as redis_url:
        # given web, worker and scheduler apart, and monitors of a target that answers some of them only
        web = start("web", "--port", "0", broker_url=redis_url)
        web.wait_for(r"Heliograph is at (http\S+)")
        assert json.loads(heliograph(web, "project", "create", "Ops", "--json"))["project"]["name"] == "Ops"
        worker, scheduler = (start(command, broker_url=redis_url) for command in ("worker", "scheduler"))
        for process in (worker, scheduler):
            process.wait_for("Started")
        outside.rows(_MONITORS.format(url=target.url))

        # when the worker is killed while some of a batch are recorded and others are under way
        until(lambda: target.asked > ANSWERED_AT_ONCE and outside.rows("SELECT 1 FROM runs LIMIT 1"))
        worker.kill()
        [(killed_at, measured)] = outside.rows("SELECT now(), count(*) FROM runs")
        assert 0 < measured < MONITORS
        target.may_answer.set()
        another = start("worker", broker_url=redis_url)

        # then another measures all that the first had not, before an interval is over
        until(lambda: outside.rows("SELECT count(DISTINCT watchable_id) FROM runs") == [(MONITORS,)])
        [(taken_up, longest)] = outside.rows(f"""
            SELECT count(*), max(started_at) - '{killed_at.isoformat()}' FROM runs
            WHERE started_at > '{killed_at.isoformat()}' AND started_at > due_at + interval '{TIMEOUT} seconds'
        """)
        assert taken_up == MONITORS - measured
        assert longest.total_seconds() < INTERVAL

        # and no due instant was served twice
        assert outside.rows("SELECT 1 FROM runs GROUP BY watchable_id, due_at HAVING count(*) > 1") == []
        assert outside.rows("SELECT DISTINCT outcome FROM runs") == [("PASS",)]
        assert [process.stop() for process in (web, scheduler, another)] == [0, 0, 0]
