"""The real server as a process, for tests of whole ways through the house."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


class ServerProcess:
    """One `heliograph` process; its output is read all the time, so that it never waits for us."""

    def __init__(self, data_dir: Path, *arguments: str, **settings: str) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HELIOGRAPH_")}
        own = {f"HELIOGRAPH_{key.upper()}": value for key, value in settings.items()}
        self.environment = clean | {"HELIOGRAPH_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"} | own
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._queue: Queue[str | None] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, pattern: str, seconds: float = START_SECONDS) -> re.Match[str]:
        """Return the first match in a line of output; fails with all output when none comes."""
        for line in list(self.lines):
            if found := re.search(pattern, line):
                return found
        while True:
            try:
                line = self._queue.get(timeout=seconds)
            except Empty:
                line = None
            if line is None:
                raise AssertionError(f"no line like {pattern!r} came:\n" + "".join(self.lines))
            if found := re.search(pattern, line):
                return found

    def stop(self) -> int:
        """Ask the process to end, as an operator would, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        self.process.kill()
        self.ended()

    def ended(self) -> int:
        """Wait for the process to end by itself and return its exit status."""
        status = self.process.wait(timeout=30)
        self._reader.join(timeout=30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            self._queue.put(line)
        self._queue.put(None)


def heliograph(server: ServerProcess, *arguments: str) -> str:
    """Run another `heliograph` command beside the server and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
