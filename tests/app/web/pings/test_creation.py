"""Pings that make their check: `create=1` (specs/healthchecks.md section 8)."""

import asyncio

import pytest
from sqlalchemy import update

from app.models.tables import projects
from app.pipeline.ingest import Ingest
from app.rules.states import PingKind, ScheduleKind, WatchState
from app.store import checks as check_store
from app.store.checks import CheckRecord
from app.web.pings import PingEndpoint
from tests.app.web.pings.ping_client import PingClient
from tests.world import World

RID = "0B5C7D1E-3a4f-4f43-8b57-0123456789ab"


async def test_a_check_is_made(client: PingClient, world: World, key: str) -> None:
    # given two contacts, one with two channels
    channel_ids = [(await world.email(f"{name}@example.org")).id for name in "ab"]
    # when
    answer = await client.send(f"/ping/{key}/new-job/start?create=1&rid={RID}", "POST", content=b"hello")
    # then
    assert (answer.status_code, answer.text) == (201, "Created")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["ping-body-limit"] == "10000"
    (made,) = await check_store.of_project(world.site.database, world.project_id)
    assert (made.name, made.slug, made.tags) == ("new-job", "new-job", "")
    assert (made.schedule_kind, made.period, made.grace) == (ScheduleKind.PERIOD, 86_400, 3_600)
    assert (made.state, made.running, made.ping_count) == (WatchState.NEW, True, 1)
    (row,) = await client.rows(made)
    assert (row.kind, row.run_key, row.body) == (PingKind.START, RID.lower(), b"hello")
    await client.send(f"/ping/{key}/new-job/fail")
    assert {row.channel_id for row in await world.notifications()} == set(channel_ids)


async def test_an_existing_check_is_not_made_again(client: PingClient, check: CheckRecord, key: str) -> None:
    answer = await client.send(f"/ping/{key}/{check.slug}?create=1")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert await check_store.count(client.world.site.database, client.world.project_id) == 1


@pytest.mark.parametrize("create", ["0", "true", "", "1 ", "2", "01"])
async def test_only_a_literal_1_creates(client: PingClient, key: str, create: str) -> None:
    answer = await client.send(f"/ping/{key}/new-job", params={"create": create})
    assert (answer.status_code, answer.text) == (404, "not found")
    assert await check_store.count(client.world.site.database, client.world.project_id) == 0


@pytest.mark.parametrize("path", ["new-job/256?create=1", "New-job?create=1", "new-job?create=1&rid=x"])
async def test_a_bad_request_makes_nothing(client: PingClient, key: str, path: str) -> None:
    answer = await client.send(f"/ping/{key}/{path}")
    assert answer.status_code == 400
    assert await check_store.count(client.world.site.database, client.world.project_id) == 0


@pytest.mark.parametrize(("length", "status"), [(100, 201), (101, 404)])
async def test_a_slug_has_a_longest_length(client: PingClient, key: str, length: int, status: int) -> None:
    answer = await client.send(f"/ping/{key}/{'x' * length}?create=1")
    assert answer.status_code == status


async def test_pings_may_fill_a_project_up_to_twice_its_limit(client: PingClient, world: World, key: str) -> None:
    # given
    async with world.site.database.transaction() as unit:
        await unit.execute(update(projects).values(check_limit=2))
    # when
    answers = [await client.send(f"/ping/{key}/job-{number}?create=1") for number in range(6)]
    # then
    assert [answer.status_code for answer in answers] == [201] * 4 + [404] * 2
    assert answers[-1].text == "not found"


async def test_racing_creations_make_one_check(client: PingClient, world: World, key: str) -> None:
    # given a second web process, where the database allows one
    other_ingest = Ingest(world.site)
    other = PingClient(world, PingEndpoint(other_ingest, world.site))
    senders = (client, client if world.site.database.is_sqlite else other)
    # when
    answers = await asyncio.gather(*(senders[number % 2].send(f"/ping/{key}/new-job?create=1") for number in range(12)))
    await other_ingest.close()
    # then
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    (made,) = await check_store.of_project(world.site.database, world.project_id)
    assert made.ping_count == 12
