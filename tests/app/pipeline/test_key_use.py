"""Noting the last use of keys."""

import asyncio
from dataclasses import replace

import pytest

from app.db.engine import Database
from app.pipeline.key_use import KeyUse
from app.security.keys import KeyRole
from app.site import Site
from app.store import keys
from app.store.keys import Caller, NewKey
from app.store.projects import ProjectRecord
from tests.conftest import MovedClock


@pytest.fixture
async def caller(site: Site, project: ProjectRecord) -> Caller:
    async with site.database.transaction() as unit:
        _, secret = await keys.add(unit, site.vault, project.id, NewKey(role=KeyRole.READ_WRITE), site.clock())
    return await keys.authenticate(site.database, site.vault, secret, None, site.clock())


async def noted(site: Site, project: ProjectRecord) -> object:
    [key] = await keys.of_project(site.database, project.id)
    return key.last_used_at


async def test_a_use_is_noted(site: Site, project: ProjectRecord, caller: Caller, clock: MovedClock):
    await KeyUse(site).note(caller)

    assert await noted(site, project) == clock.now


async def test_a_use_within_a_minute_of_the_noted_one_is_not(
    site: Site, project: ProjectRecord, caller: Caller, clock: MovedClock
):
    uses, recent = KeyUse(site), replace(caller, last_used_at=clock.now)
    clock.move(seconds=59)

    assert not uses.is_due(recent)
    await uses.note(recent)
    assert await noted(site, project) is None

    clock.move(seconds=1)
    assert uses.is_due(recent)


async def test_requests_at_the_same_time_note_one_use(
    site: Site, project: ProjectRecord, caller: Caller, clock: MovedClock
):
    uses = KeyUse(site)
    async with site.database.transaction():
        first = asyncio.create_task(uses.note(caller))
        await asyncio.sleep(0)

        assert not uses.is_due(caller)

    await first
    assert uses.is_due(caller)
    assert await noted(site, project) == clock.now


async def test_a_database_that_is_away_ends_no_connection_of_a_client(
    site: Site, caller: Caller, caplog: pytest.LogCaptureFixture
):
    absent = Database("postgresql://127.0.0.1:1/name")
    uses = KeyUse(replace(site, database=absent))

    await uses.note(caller)
    await absent.close()

    assert "The use of a key is not noted" in caplog.text
    assert uses.is_due(caller)
