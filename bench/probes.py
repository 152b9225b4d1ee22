"""HTTP and HTTPS probes a second of one core, over those of prometheus-blackbox-exporter against the same target.

First bare ones, then whole runs of monitors with all that a worker does for them (bench.run_worker).

The prober that is measured has a core of its own; the target and what drives the exporter share another. A second is
one of the measured process's own processor time: a neighbour on its core takes nothing from either.
"""

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import certifi

from bench.ratio import Ratio, alternate
from bench.servers import free_port, wait_for
from bench.wrk import SECONDS, requests_a_second

FLOORS = {"http": 2.0, "https": 0.9}
VALIDATIONS = {1: "a validation", 2: "two validations"}
Rate = Callable[[], float]
_SCRIPT = Path(__file__).with_name("random_path.lua")
_ROOT = Path(__file__).parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
_CONFIGURATION = """
modules:
  http: {prober: http, timeout: 10s, http: {preferred_ip_protocol: ip4}}
  https: {prober: http, timeout: 10s, http: {preferred_ip_protocol: ip4, tls_config: {ca_file: AUTHORITY}}}
"""


def run() -> Iterator[Ratio]:
    """Measure plain and secure probes, alone and in runs."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # for the target and wrk, which inherit it
    try:
        with TemporaryDirectory(prefix="heliograph-bench-") as name:
            yield from _measure(Path(name), max(cores))
    finally:
        os.sched_setaffinity(0, cores)


def _measure(folder: Path, core: int) -> Iterator[Ratio]:
    _make_certificates(folder)
    with _target(folder) as ports, _exporter(folder, core) as (process, root):
        for scheme, port in zip(FLOORS, ports, strict=True):
            url = f"{scheme}://127.0.0.1:{port}/"
            path = folder / "paths"
            path.write_text(f"/probe?module={scheme}&target={url}\n")
            _check_exporter(root + path.read_text().strip())
            theirs = partial(_exporter_probes, process, root, path)
            ours = partial(_our_probes, url, folder, core)
            yield _ratio(f"{scheme} probes over blackbox exporter", partial(ours, "bench.probe_worker"), theirs)
            for validations, words in VALIDATIONS.items():
                what = f"whole {scheme} runs with {words} over blackbox exporter"
                yield _ratio(what, partial(ours, "bench.run_worker", str(validations), "no"), theirs, FLOORS[scheme])
            runs = partial(ours, "bench.run_worker", "1", "yes")
            yield _ratio(f"the same {scheme} runs, recorded in SQLite by the same process", runs, theirs)


def _ratio(what: str, ours: Rate, theirs: Rate, at_least: float | None = None) -> Ratio:
    value, measured, referred = alternate(ours, theirs)
    return Ratio(what, value, f"{measured:.0f} over {referred:.0f} a second of a core", at_least)


def _our_probes(url: str, folder: Path, core: int, worker: str, *arguments: str) -> float:
    command = [*_pinned(core), sys.executable, "-m", worker]
    command += [url, str(folder / "authorities.pem"), str(SECONDS), *arguments]
    printed = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    probes, cpu, _ = map(float, printed.split())
    return probes / cpu


def _exporter_probes(process: subprocess.Popen[bytes], root: str, path: Path) -> float:
    before = _processor_seconds(process.pid)
    probes = requests_a_second(root, _SCRIPT, path) * SECONDS
    return probes / (_processor_seconds(process.pid) - before)


def _processor_seconds(pid: int) -> float:
    """Return the user and system time that a process has taken (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _check_exporter(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        if b"\nprobe_success 1\n" not in answer.read():
            raise RuntimeError(f"The exporter's probe fails: {url}")


@contextmanager
def _target(folder: Path) -> Iterator[list[int]]:
    command = [sys.executable, "-m", "bench.probe_target", str(folder / "leaf.pem"), str(folder / "leaf.key")]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield [int(port) for port in process.stdout.readline().split()]
        finally:
            process.terminate()


@contextmanager
def _exporter(folder: Path, core: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    program = shutil.which("prometheus-blackbox-exporter")
    if program is None:
        raise RuntimeError("The benchmark needs a package. On Debian: apt-get install prometheus-blackbox-exporter")
    configuration = folder / "exporter.yml"
    # It reads the file at each probe: one certificate, where our own side has those of all public authorities.
    configuration.write_text(_CONFIGURATION.replace("AUTHORITY", str(folder / "authority.pem")))
    port = free_port()
    command = [*_pinned(core), program, f"--config.file={configuration}", "--log.level=error"]
    process = subprocess.Popen(
        [*command, f"--web.listen-address=127.0.0.1:{port}"], env={**os.environ, "GOMAXPROCS": "1"}
    )
    try:
        wait_for(process, port)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)]


def _make_certificates(folder: Path) -> None:
    """Make an authority and a certificate by it for 127.0.0.1, as small as they are made nowadays."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    _openssl(folder, [*key, "-subj", "/CN=authority", "-keyout", "authority.key", "-out", "authority.pem"])
    signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-addext", "subjectAltName=IP:127.0.0.1"]
    signed += ["-addext", "basicConstraints=critical,CA:FALSE"]
    _openssl(folder, [*key, *signed, "-subj", "/CN=target", "-keyout", "leaf.key", "-out", "leaf.pem"])
    both = Path(certifi.where()).read_text() + (folder / "authority.pem").read_text()
    (folder / "authorities.pem").write_text(both)


def _openssl(folder: Path, arguments: Sequence[str]) -> None:
    subprocess.run(["openssl", "req", "-x509", *arguments], cwd=folder, check=True, capture_output=True)
