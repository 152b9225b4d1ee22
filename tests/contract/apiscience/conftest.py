"""The document's own examples run on both databases, what is said beside them on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import postgresql_for
from tests.rest_compat.apiscience.fixtures import *  # noqa: F403 - fixtures are taken by name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames and "example" in metafunc.function.__name__:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"
        return
    async with postgresql_for(request) as url:
        yield url
