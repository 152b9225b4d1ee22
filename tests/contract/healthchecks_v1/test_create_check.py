"""Create a Check."""

import json

import httpx
import pytest

from app.site import Site
from app.store import checks
from app.store.projects import ProjectRecord
from tests.contract.healthchecks_v1.example import as_documented
from tests.rest_compat.healthchecks.given import EXTRA_WRITER_KEYS, ROOT, a_channel, a_check, a_project

REQUEST = {"name": "Backups", "tags": "prod www", "timeout": 3600, "grace": 60}


def example(uuid: str) -> dict:
    return {
        "channels": "",
        "desc": "",
        "grace": 60,
        "last_ping": None,
        "n_pings": 0,
        "name": "Backups",
        "next_ping": None,
        "manual_resume": False,
        "pause_url": f"{ROOT}/api/v1/checks/{uuid}/pause",
        "ping_url": f"{ROOT}/ping/{uuid}",
        "status": "new",
        "tags": "prod www",
        "timeout": 3600,
        "update_url": f"{ROOT}/api/v1/checks/{uuid}",
    }


async def test_the_example_with_the_key_in_a_header(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    # curl labels what it sends by --data as a form
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = await writer.post("/api/v1/checks/", content=json.dumps(REQUEST), headers=headers)

    assert answer.status_code == 201
    assert as_documented(answer.json(), example(answer.json()["uuid"]), EXTRA_WRITER_KEYS)
    [stored] = await checks.of_project(site.database, project.id)
    assert (stored.uuid, stored.name, stored.period, stored.grace) == (answer.json()["uuid"], "Backups", 3600, 60)


async def test_the_example_with_the_key_in_the_body(writer: httpx.AsyncClient, nobody: httpx.AsyncClient):
    body = {"api_key": writer.headers["x-api-key"], **REQUEST}

    answer = await nobody.post("/api/v1/checks/", json=body)

    assert answer.status_code == 201
    assert as_documented(answer.json(), example(answer.json()["uuid"]), EXTRA_WRITER_KEYS)


async def test_an_empty_body_makes_a_check_of_defaults(writer: httpx.AsyncClient):
    answer = await writer.post("/api/v1/checks/")

    assert answer.status_code == 201
    made = answer.json()
    assert {key: made[key] for key in ("name", "slug", "tags", "desc", "methods", "channels")} == dict.fromkeys(
        ("name", "slug", "tags", "desc", "methods", "channels"), ""
    )
    assert (made["timeout"], made["grace"], made["n_pings"], made["status"]) == (86400, 3600, 0, "new")


async def test_a_cron_check_shows_schedule_and_zone_and_drops_the_timeout(writer: httpx.AsyncClient):
    body = {"schedule": "0,30 * * * *", "tz": "Europe/Riga", "timeout": 300}

    made = (await writer.post("/api/v1/checks/", json=body)).json()

    assert (made["schedule"], made["tz"]) == ("0,30 * * * *", "Europe/Riga")
    assert "timeout" not in made
    back = await writer.post(f"/api/v1/checks/{made['uuid']}", json={"timeout": 60})
    assert (back.json()["timeout"], "schedule" in back.json(), "tz" in back.json()) == (60, False, False)


async def test_a_zone_alone_is_kept_and_its_old_name_renewed(writer: httpx.AsyncClient):
    made = (await writer.post("/api/v1/checks/", json={"tz": "Europe/Kiev"})).json()
    assert (made["timeout"], "tz" in made) == (86400, False)

    later = (await writer.post(f"/api/v1/checks/{made['uuid']}", json={"schedule": "0 0 * * *"})).json()

    assert later["tz"] == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"name": "  Foo -- Bar_baz!  "}, "foo-bar_baz"),
        ({"name": "日本"}, ""),
        ({"name": "Foo", "slug": "own"}, "own"),
        ({"name": "Foo", "slug": ""}, ""),
        ({"slug": "a-z_0-9"}, "a-z_0-9"),
    ],
)
async def test_a_name_sets_the_slug_unless_one_is_given(writer: httpx.AsyncClient, given: dict, slug: str):
    made = (await writer.post("/api/v1/checks/", json=given)).json()

    assert (made["name"], made["slug"]) == (given.get("name", ""), slug)


async def test_every_field_is_stored_as_it_was_given(writer: httpx.AsyncClient):
    given = {
        "desc": " kept \n as it is ",
        "manual_resume": True,
        "methods": "POST",
        "start_kw": "START",
        "success_kw": "OK,FINE",
        "failure_kw": "ERROR",
        "filter_subject": True,
        "filter_body": True,
        "filter_http_body": True,
        "filter_default_fail": True,
        "tags": "  a  b ",
    }

    made = (await writer.post("/api/v1/checks/", json=given)).json()

    assert {key: made[key] for key in given} == given
    assert (made["subject"], made["subject_fail"]) == ("OK,FINE", "ERROR")


async def test_channels_are_named_by_uuid_or_name_and_shown_sorted(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
):
    mail = await a_channel(site, project, "Mail")
    phone = await a_channel(site, project, "Phone", "sms")
    both = ",".join(sorted((mail.uuid, phone.uuid)))

    async def told(channels: str) -> str:
        return (await writer.post("/api/v1/checks/", json={"channels": channels})).json()["channels"]

    assert await told("*") == both
    assert await told(f"{phone.uuid},Mail,{mail.uuid}") == both
    assert await told(mail.uuid) == mail.uuid
    assert await told("") == ""


async def test_a_wrong_channel_leaves_nothing_behind(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    theirs = await a_channel(site, await a_project(site), "Theirs")
    for name in ("One", "Twin", "Twin"):
        await a_channel(site, project, name)

    async def error(channels: str) -> str:
        answer = await writer.post("/api/v1/checks/", json={"name": "x", "channels": channels})
        assert answer.status_code == 400
        return answer.json()["error"]

    assert await error("nonsense") == "invalid channel identifier: nonsense"
    assert await error(theirs.uuid) == f"invalid channel identifier: {theirs.uuid}"
    assert await error("One, Twin") == "invalid channel identifier:  Twin"
    assert await error("Twin") == "non-unique channel identifier: Twin"
    assert await error("One,") == "empty channel identifier"
    assert await error(",") == "empty channel identifier"
    assert await checks.of_project(site.database, project.id) == []


@pytest.mark.parametrize(
    "unique", [["name"], ["tags"], ["timeout"], ["grace"], ["slug"], ["name", "tags", "timeout", "grace", "slug"]]
)
async def test_a_unique_match_is_changed_and_returned(writer: httpx.AsyncClient, unique: list[str]):
    given = {**REQUEST, "slug": "backups"}
    first = (await writer.post("/api/v1/checks/", json=given)).json()
    await writer.post("/api/v1/checks/", json=given)

    again = await writer.post("/api/v1/checks/", json={**given, "desc": "changed", "unique": unique})

    assert again.status_code == 200
    assert again.json() == {**first, "desc": "changed"}
    assert len((await writer.get("/api/v1/checks/")).json()["checks"]) == 2


@pytest.mark.parametrize(
    ("given", "unique"),
    [
        (REQUEST, []),
        ({**REQUEST, "name": "Other"}, ["name"]),
        ({**REQUEST, "grace": 120}, ["name", "grace"]),
        ({"name": "Backups"}, ["name", "tags"]),
        ({"name": "Backups"}, ["slug"]),
        ({"schedule": "* * * * *", "timeout": 3600}, ["timeout"]),
    ],
)
async def test_what_is_no_unique_match_makes_another_check(writer: httpx.AsyncClient, given: dict, unique: list[str]):
    await writer.post("/api/v1/checks/", json=REQUEST)

    answer = await writer.post("/api/v1/checks/", json={**given, "unique": unique})

    assert answer.status_code == 201


async def test_the_timeout_of_a_cron_check_is_compared_as_stored(writer: httpx.AsyncClient):
    made = (await writer.post("/api/v1/checks/", json={"timeout": 3600})).json()
    await writer.post(f"/api/v1/checks/{made['uuid']}", json={"schedule": "0 0 * * *"})

    found = await writer.post("/api/v1/checks/", json={"timeout": 3600, "unique": ["timeout"]})

    assert (found.status_code, found.json()["uuid"]) == (200, made["uuid"])


async def test_at_the_limit_no_check_is_made_and_a_match_still_works(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
):
    for number in range(project.check_limit):
        await a_check(site, project, name=f"c{number}")

    refused = await writer.post("/api/v1/checks/", json={"name": "more"})
    broken = await writer.post("/api/v1/checks/", json={"name": 1})
    wrong_channel = await writer.post("/api/v1/checks/", json={"channels": "nonsense"})
    matched = await writer.post("/api/v1/checks/", json={"name": "c3", "unique": ["name"]})

    assert (refused.status_code, refused.content) == (403, b"")
    assert broken.status_code == 400
    assert wrong_channel.status_code == 403
    assert matched.status_code == 200
    assert len(await checks.of_project(site.database, project.id)) == project.check_limit
