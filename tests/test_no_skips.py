"""The rule that a skip fails a build, tried on a real run of pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(folder: Path, body: str, ci: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder of its own over one test file."""
    (folder / "test_it.py").write_text(f"import pytest\n{body}\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", "-p", "no:cacheprovider", "test_it.py"]
    environment = os.environ | {"CI": ci, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "body",
    [
        "@pytest.mark.skip(reason='no cat')\ndef test_one(): pass",
        "def test_one(): pytest.skip('no cat')",
        "pytest.skip('no cat', allow_module_level=True)",
    ],
)
def test_a_skip_fails_a_build_and_says_why(tmp_path, body):
    result = run(tmp_path, f"def test_other(): pass\n{body}", ci="true")

    assert result.returncode in {1, 5}
    assert "a skip fails the run" in result.stdout
    assert "no cat" in result.stdout


def test_a_skip_passes_elsewhere(tmp_path):
    result = run(tmp_path, "def test_other(): pass\n@pytest.mark.skip(reason='no cat')\ndef test_one(): pass", ci="")

    assert result.returncode == 0


def test_an_expected_failure_is_no_skip(tmp_path):
    result = run(tmp_path, "@pytest.mark.xfail(reason='known')\ndef test_one(): assert 0", ci="true")

    assert result.returncode == 0
    assert "a skip fails the run" not in result.stdout


def test_a_failure_stays_a_failure(tmp_path):
    result = run(tmp_path, "def test_one(): assert 0", ci="true")

    assert result.returncode == 1
