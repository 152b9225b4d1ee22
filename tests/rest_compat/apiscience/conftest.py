"""Most of these tests ask nothing of a particular database: they run on SQLite."""

from pathlib import Path

import pytest

from tests.rest_compat.apiscience.fixtures import *  # noqa: F403 - fixtures are taken by name


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"
