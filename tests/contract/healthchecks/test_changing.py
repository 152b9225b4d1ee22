"""Making, changing, pausing, resuming and deleting checks: what the document's own tests leave open (sections 5, 6)."""

from typing import Any

import httpx
import pytest

from app.ids import new_uuid
from app.site import Site
from app.store import history, notifications
from app.store.projects import ProjectRecord
from tests.conftest import MovedClock
from tests.rest_compat.healthchecks.given import a_channel, a_check, reread

CHECKS = "/api/v3/checks/"


async def made(writer: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await writer.post(CHECKS, json=fields)
    assert answer.status_code == 201
    check: dict[str, Any] = answer.json()
    return check


async def test_a_unique_match_is_the_oldest_and_takes_every_other_field(writer: httpx.AsyncClient) -> None:
    oldest = await made(writer, name="Twin", tags="a")
    youngest = await made(writer, name="Twin", tags="b")

    answer = await writer.post(
        CHECKS, json={"name": "Twin", "tags": "c", "schedule": "0 0 * * *", "timeout": 60, "unique": ["name", "name"]}
    )

    assert (answer.status_code, answer.json()["uuid"]) == (200, oldest["uuid"])
    assert (answer.json()["tags"], answer.json()["schedule"]) == ("c", "0 0 * * *")
    assert (await writer.get(youngest["update_url"])).json() == youngest


async def test_a_wrong_field_is_told_before_a_match_is_looked_for(writer: httpx.AsyncClient) -> None:
    first = await made(writer, name="Twin")

    answer = await writer.post(CHECKS, json={"name": "Twin", "grace": 1, "unique": ["name"]})

    assert (answer.status_code, answer.json()) == (400, {"error": "json validation error: grace is too small"})
    assert (await writer.get(first["update_url"])).json() == first


async def test_a_wrong_channel_changes_no_match(writer: httpx.AsyncClient) -> None:
    first = await made(writer, name="Twin")

    answer = await writer.post(CHECKS, json={"name": "Twin", "desc": "new", "channels": "no", "unique": ["name"]})

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid channel identifier: no"})
    assert (await writer.get(first["update_url"])).json() == first


async def test_schedule_grace_and_zone_move_the_deadline_at_once(writer: httpx.AsyncClient, clock: MovedClock) -> None:
    check = await made(writer, timeout=3600)
    await writer.get(check["ping_url"])

    async def next_ping(**fields: object) -> object:
        return (await writer.post(check["update_url"], json=fields)).json()["next_ping"]

    assert await next_ping() == "2026-03-01T13:00:00+00:00"
    assert await next_ping(timeout=7200) == "2026-03-01T14:00:00+00:00"
    assert await next_ping(schedule="0 4 * * *") == "2026-03-02T04:00:00+00:00"
    assert await next_ping(tz="Europe/Riga") == "2026-03-02T02:00:00+00:00"
    assert await next_ping(schedule="*-*-* 18:30 America/New_York") == "2026-03-01T23:30:00+00:00"
    # an exhausted schedule expects nothing
    assert await next_ping(schedule="2020-01-01") is None
    clock.move(days=400)
    assert (await writer.get(check["update_url"])).json()["status"] == "up"


async def test_a_paused_check_pings_up_again_unless_it_is_resumed_by_hand(writer: httpx.AsyncClient) -> None:
    check = await made(writer)
    by_hand = await made(writer, manual_resume=True)
    for one in (check, by_hand):
        await writer.get(one["ping_url"])
        await writer.post(one["pause_url"])
        assert (await writer.get(one["ping_url"])).text == "OK"

    async def shown(one: dict[str, Any]) -> tuple[object, ...]:
        now = (await writer.get(one["update_url"])).json()
        return now["status"], now["n_pings"], now["next_ping"] is None

    assert await shown(check) == ("up", 2, False)
    assert await shown(by_hand) == ("paused", 2, True)
    log = (await writer.get(f"{by_hand['update_url']}/pings/")).json()["pings"]
    assert [ping["type"] for ping in log] == ["ign", "success"]
    await writer.post(by_hand["resume_url"])
    assert await shown(by_hand) == ("new", 2, True)
    await writer.get(by_hand["ping_url"])
    assert await shown(by_hand) == ("up", 3, False)


@pytest.mark.parametrize("before", ["", "/fail", "/start"])
async def test_only_a_paused_check_is_resumed(writer: httpx.AsyncClient, before: str) -> None:
    check = await made(writer)
    await writer.get(check["ping_url"] + before)

    refused = await writer.post(check["resume_url"])
    await writer.post(check["pause_url"])
    resumed = await writer.post(check["resume_url"], json={})
    again = await writer.post(check["resume_url"])

    assert (refused.status_code, refused.text) == (409, "check is not paused")
    assert (resumed.status_code, resumed.json()["status"], resumed.json()["started"]) == (200, "new", False)
    assert resumed.json()["last_ping"] is None
    assert again.status_code == 409


async def test_resume_tells_existence_and_project_first(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    check = await a_check(site, project)
    for action in ("pause", "resume"):
        assert (await writer.post(f"{CHECKS}{new_uuid()}/{action}")).status_code == 404
        foreign = await stranger.post(f"{CHECKS}{check.uuid}/{action}")
        assert (foreign.status_code, foreign.content) == (403, b"")
        assert (await writer.post(f"{CHECKS}{check.unique_key}/{action}")).status_code == 404


async def test_a_deleted_check_takes_its_past_with_it(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    await a_channel(site, project, "Mail")
    check = await made(writer, name="Gone", channels="*")
    await writer.post(check["ping_url"], content=b"body")
    await writer.get(f"{check['ping_url']}/fail")
    before = (await writer.get(check["update_url"])).json()
    assert await notifications.page(site.database, project.id, channel_id=None, below=None, limit=9)
    [stored] = (await writer.get(CHECKS)).json()["checks"]

    answer = await writer.delete(check["update_url"])

    assert (answer.status_code, answer.json()) == (200, {**before, "channels": ""})
    assert stored == before
    assert (await writer.get(check["ping_url"])).status_code == 404
    for path in ("", "/pings/", "/pings/1/body", "/flips/"):
        assert (await writer.get(check["update_url"] + path)).status_code == 404
    assert (await writer.delete(check["update_url"])).status_code == 404
    assert (await writer.get(CHECKS)).json() == {"checks": []}
    assert await notifications.page(site.database, project.id, channel_id=None, below=None, limit=9) == []


async def test_an_update_after_the_delete_is_not_found(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    check = await a_check(site, project)
    await writer.delete(f"{CHECKS}{check.uuid}")

    assert (await writer.post(f"{CHECKS}{check.uuid}", json={"name": "back"})).status_code == 404
    assert await reread(site, check) is None
    assert await history.flips_of(site.database, check.id) == []


async def test_schedules(writer: httpx.AsyncClient) -> None:
    check = await made(writer)
    for schedule, valid in (
        ("*/5 * * * *", True),
        ("0,30 8-18 * JAN-jun 1#2", True),
        ("0 0 L * *", True),
        ("daily", True),
        ("Mon..Fri *-*-* 10:00", True),
        ("2020-01-01", True),
        ("*-*-* 04:00\n*-*-* 16:00", True),
        ("@daily", False),
        ("* * * * * *", False),
        ("0 0 30 2 *", False),
        ("*-02-30", False),
        ("22-2 * * * *", False),
        ("*/0 * * * *", False),
        ("15W * * * *", False),
        ("", False),
    ):
        answer = await writer.post(check["update_url"], json={"schedule": schedule})

        if valid:
            assert (answer.status_code, answer.json()["schedule"]) == (200, schedule)
        else:
            error = "json validation error: schedule is not a valid cron or OnCalendar expression"
            assert (answer.status_code, answer.json()) == (400, {"error": error}), schedule


async def test_the_first_error_of_the_fixed_order_is_told_alone(writer: httpx.AsyncClient) -> None:
    wrong = {"unique": 1, "tz": 1, "timeout": "x", "name": 1, "grace": None, "desc": 1, "channels": 1}
    told = []
    for _ in range(len(wrong)):
        error = (await writer.post(CHECKS, json=wrong)).json()["error"].removeprefix("json validation error: ")
        told.append(error.split(" ")[0])
        del wrong[told[-1]]

    assert told == ["channels", "desc", "grace", "name", "timeout", "tz", "unique"]
