"""The wheel, built and opened: what a person gets who installs Heliograph without its folder."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.web import explorer

ROOT = Path(__file__).parents[1]
SOURCE = ("pyproject.toml", "README.md", ".gitignore", "app", "graphql", "rest_compat", "workers")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel from a copy, with something in the explorer's `dist`, and list its files."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(ROOT / name, copy / name)
    dist = copy / explorer.DIST.relative_to(ROOT)
    dist.mkdir(exist_ok=True)
    for name in explorer.BUNDLES:
        (dist / name).touch()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(copy / "out")]
    built = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=100, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (archive,) = (copy / "out").glob("*.whl")
    return set(zipfile.ZipFile(archive).namelist())


def test_packages_lie_at_the_top(wheel):
    tops = {name.split("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"app", "graphql_api", "rest_compat", "workers"}


def test_nothing_shadows_graphql_core(wheel):
    assert not [name for name in wheel if name.startswith("graphql/")]


def test_every_source_file_is_inside(wheel):
    ours = {
        file.relative_to(root).as_posix()
        for root, package in (
            (ROOT, "app"),
            (ROOT / "graphql", "graphql_api"),
            (ROOT, "rest_compat"),
            (ROOT, "workers"),
        )
        for file in (root / package).rglob("*.py")
    }

    assert ours <= wheel


def test_explorer_works_from_the_wheel(wheel):
    inside = {name.removeprefix("app/web/explorer/") for name in wheel if name.startswith("app/web/explorer/")}

    assert {"index.html", "absent.html", "static/explorer.js", "static/explorer.css"} <= inside
    assert {f"dist/{name}" for name in explorer.BUNDLES} <= inside
    assert not [name for name in inside if name.startswith("node_modules")]


def test_what_stands_around_scripts_is_inside(wheel):
    files = (ROOT / "app/scripting/javascript").glob("*.js")

    assert {file.relative_to(ROOT).as_posix() for file in files} <= wheel


def test_the_command_is_declared(wheel):
    assert [name for name in wheel if name.endswith(".dist-info/entry_points.txt")]
