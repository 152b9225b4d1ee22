"""Pings that make their check as they say: `create=1` with the API's names (specs/healthchecks.md section 17, 9)."""

import pytest

from app.rules.states import ScheduleKind
from app.store import assignments, tags
from app.store import checks as check_store
from app.store.checks import CheckRecord, CheckRef
from tests.app.web.pings.ping_client import PingClient
from tests.world import World


async def the_check(world: World, slug: str = "new-job") -> CheckRecord:
    return await check_store.find(world.site.database, world.project_id, CheckRef(slug=slug))


async def test_a_check_is_made_as_the_ping_says(client: PingClient, world: World, key: str) -> None:
    said = {"create": "1", "name": "Nightly dump", "desc": "Of the orders", "tags": "prod db", "timeout": "600",
            "grace": "120"}  # fmt: skip

    answer = await client.send(f"/ping/{key}/new-job", params=said)

    assert (answer.status_code, answer.text) == (201, "Created")
    made = await the_check(world)
    assert (made.name, made.slug) == ("Nightly dump", "new-job")
    assert (made.description, made.tags) == ("Of the orders", "prod db")
    assert (made.schedule_kind, made.period, made.grace, made.ping_count) == (ScheduleKind.PERIOD, 600, 120, 1)
    assert [tag.name for tag in await tags.of_project(world.site.database, world.project_id)] == ["db", "prod"]


async def test_a_schedule_and_its_zone_may_be_said(client: PingClient, world: World, key: str) -> None:
    said = {"create": "1", "schedule": "0 4 * * *", "tz": "Europe/Riga"}

    await client.send(f"/ping/{key}/new-job", params=said)

    made = await the_check(world)
    assert (made.schedule_kind, made.schedule, made.timezone) == (ScheduleKind.CRON, "0 4 * * *", "Europe/Riga")


@pytest.mark.parametrize(("said", "told"), [({}, 2), ({"channels": "pager"}, 1), ({"channels": ""}, 0)])
async def test_who_is_told_may_be_said_and_is_everybody_otherwise(
    client: PingClient, world: World, key: str, said: dict[str, str], told: int
) -> None:
    await world.email(name="pager")
    await world.email("ops@example.org")

    await client.send(f"/ping/{key}/new-job", params={"create": "1", **said})

    made = await the_check(world)
    assert len((await assignments.told(world.site.database, [made.id])).get(made.id, [])) == told


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"timeout": "59"}, "timeout is too small"),
        ({"timeout": "1h"}, "timeout is not a number"),
        ({"timeout": "9" * 11}, "timeout is not a number"),
        ({"grace": "31536001"}, "grace is too large"),
        ({"grace": "\u0663\u0663\u0663"}, "grace is not a number"),
        ({"schedule": "* * *  * x"}, "schedule is not a valid cron or OnCalendar expression"),
        ({"tz": "Europe/Atlantis"}, "tz is not a valid timezone"),
        ({"name": "x" * 101}, "name is too long"),
        ({"tags": "x" * 501}, "tags is too long"),
        ({"channels": "nobody"}, "invalid channel identifier: nobody"),
    ],
)
async def test_a_check_that_cannot_be_so_is_not_made(
    client: PingClient, world: World, key: str, said: dict[str, str], text: str
) -> None:
    answer = await client.send(f"/ping/{key}/new-job", params={"create": "1", **said})

    assert (answer.status_code, answer.text) == (400, text)
    assert await check_store.count(world.site.database, world.project_id) == 0


async def test_what_is_said_of_a_check_that_exists_changes_nothing(
    client: PingClient, check: CheckRecord, world: World, key: str
) -> None:
    answer = await client.send(f"/ping/{key}/{check.slug}", params={"create": "1", "timeout": "999", "name": "Other"})

    assert (answer.status_code, answer.text) == (200, "OK")
    stored = await world.stored(check)
    assert (stored.name, stored.period) == (check.name, check.period)


async def test_names_that_say_nothing_of_a_check_are_left_out(client: PingClient, world: World, key: str) -> None:
    answer = await client.send(f"/ping/{key}/new-job", params={"create": "1", "state": "DOWN", "n_pings": "7"})

    assert answer.status_code == 201
    assert (await the_check(world)).ping_count == 1


async def test_without_create_nothing_is_read_of_what_is_said(client: PingClient, check: CheckRecord, key: str) -> None:
    answer = await client.send(f"/ping/{key}/{check.slug}", params={"timeout": "x"})

    assert (answer.status_code, answer.text) == (200, "OK")
