"""Load by wrk, the HTTP benchmark tool."""

import re
import shutil
import subprocess
from pathlib import Path

CONNECTIONS = 64
SECONDS = 5


def requests_a_second(root: str, script: Path, paths: Path) -> float:
    """Send requests to random ones of the paths, a line each; RuntimeError when an answer was no success."""
    program = shutil.which("wrk")
    if program is None:
        raise RuntimeError("The benchmark needs wrk. On Debian or Ubuntu: apt-get install wrk")
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), root, str(paths)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"Some requests failed:\n{printed}")
    found = re.search(r"Requests/sec:\s*([0-9.]+)", printed)
    if found is None:
        raise RuntimeError(f"wrk said nothing of requests a second:\n{printed}")
    return float(found[1])
