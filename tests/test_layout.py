"""The shape of the tree: what would break imports, and the limits that the house keeps."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import graphql
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "graphql/graphql_api", "rest_compat", "workers")
LONGEST_FILE = 400
LONGEST_FUNCTION = 45


def sources() -> Iterator[Path]:
    """Every Python file that we ship, but the migrations: long lists, which Alembic runs by their path."""
    every = chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES)
    return (file for file in every if not file.is_relative_to(ROOT / "app" / "db" / "migrations"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_graphql_folder_is_a_source_root_and_not_a_package():
    assert not (ROOT / "graphql" / "__init__.py").exists(), "it would shadow graphql-core: see graphql/README.md"


def test_import_graphql_means_graphql_core():
    assert graphql.__version__.startswith("3.")
    installed = Path(graphql.__file__).resolve()
    assert not installed.is_relative_to(ROOT / "graphql")
    assert "site-packages" in installed.parts


def test_import_graphql_means_graphql_core_from_the_root_too():
    # uvicorn, dramatiq and `python -m` all put the present folder first on the path
    command = [sys.executable, "-c", "import graphql; print(graphql.__file__)"]

    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)

    assert "site-packages" in found.stdout


def test_every_tests_folder_is_a_package():
    folders = {file.parent for file in (ROOT / "tests").rglob("*.py")}
    between = {parent for folder in folders for parent in folder.parents if parent.is_relative_to(ROOT / "tests")}

    lacking = [relative(folder) for folder in folders | between if not (folder / "__init__.py").is_file()]

    assert lacking == [], "without __init__.py, tests/app would be imported as app"


def test_every_source_folder_is_a_package():
    lacking = {relative(file.parent) for file in sources() if not (file.parent / "__init__.py").is_file()}

    assert lacking == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_say_that_they_are_typed(package):
    assert (ROOT / package / "py.typed").is_file()


def test_files_are_short():
    long = {relative(file): lines for file in sources() if (lines := len(file.read_text().splitlines())) > LONGEST_FILE}

    assert long == {}


def test_functions_are_short():
    long = {
        f"{relative(file)}:{node.lineno} {node.name}": lines
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}


def test_locks_pin_hashes_and_name_no_host():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        pins = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
        assert pins, lock.name
        assert len(
            re.findall(r"\\\n    --hash=sha256:\w{64}(?: \\\n    --hash=sha256:\w{64})*$", text, re.MULTILINE)
        ) == len(pins)
        assert not re.search(r"https?://|index-url|find-links", text), lock.name


def test_explorer_lock_pins_hashes_and_names_no_host():
    lock = (ROOT / "app/web/explorer/package-lock.json").read_text()

    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')


def test_locks_hold_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
        "requirements-build.lock": project["dependency-groups"]["build"],
        "requirements-node.lock": project["dependency-groups"]["node"],
    }
    for lock, requirements in wanted.items():
        pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.match(r"[\w.-]+", requirement)[0] for requirement in requirements}
        assert names <= pinned, lock
