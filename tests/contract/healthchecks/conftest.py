"""The API and the ping URLs beside each other, as clients find them, on SQLite: no test here asks for a database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from app.ids import global_id
from app.pipeline.ingest import Ingest
from app.security.keys import KeyRole
from app.site import Site
from app.store import channels
from app.store.projects import ProjectRecord
from app.web.cloaked import cloaked_route
from app.web.front import Front
from app.web.pings import PingEndpoint
from app.web.unsubscribe import unsubscribe_routes
from graphql_api.view import graphql_routes
from rest_compat.healthchecks.routes import healthchecks_routes
from tests.conftest import MovedClock
from tests.contract.healthchecks.service import Service
from tests.rest_compat.healthchecks.given import a_key, application, client
from tests.workers.servers import Mailbox


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
async def served(site: Site) -> AsyncIterator[Front]:
    """The management API and the ping URLs."""
    ingest = Ingest(site)
    yield Front(PingEndpoint(ingest, site), application(site), site.site_root)
    await ingest.close()


@pytest.fixture
async def ping_key(site: Site, project: ProjectRecord) -> str:
    return await a_key(site, project, KeyRole.PING)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def service(site: Site, project: ProjectRecord, clock: MovedClock, mailbox: Mailbox) -> AsyncIterator[Service]:
    """The service with a mail server, where commands are allowed, and a contact without channels."""
    changes = {"smtp_url": SecretStr(f"{mailbox.url}?starttls=never"), "mail_from": "helio@example.org"}
    own = replace(site, settings=site.settings.model_copy(update={**changes, "shell_channels": True}))
    async with own.database.transaction() as unit:
        contact = await channels.add_contact(unit, project.id, "Ops", clock.now)
    pages = [*graphql_routes(own), *healthchecks_routes(own), *unsubscribe_routes(own), cloaked_route()]
    ingest = Ingest(own)
    app = Front(PingEndpoint(ingest, own), Starlette(routes=pages), own.site_root)
    async with client(app, await a_key(own, project)) as api:  # type: ignore[arg-type] - any ASGI application will do
        service = Service(own, clock, mailbox, api, global_id("Contact", contact.uuid))
        own.database.deliver = service.owed.extend
        yield service
    await ingest.close()
