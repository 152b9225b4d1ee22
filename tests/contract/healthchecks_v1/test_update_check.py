"""Update an Existing Check."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from app.ids import new_uuid
from app.rules.states import WatchState
from app.site import Site
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from tests.conftest import START, MovedClock
from tests.contract.healthchecks_v1.example import as_documented
from tests.contract.healthchecks_v1.test_create_check import REQUEST, example
from tests.rest_compat.healthchecks.given import EXTRA_WRITER_KEYS, a_channel, a_check, assigned, reread

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"


@pytest.fixture
async def check(site: Site, project: ProjectRecord) -> CheckRecord:
    return await a_check(site, project, uuid=UUID, name="Old", slug="old", tags="old", period=600, grace=600)


@pytest.mark.usefixtures("check")
async def test_the_example_with_the_key_in_a_header(writer: httpx.AsyncClient):
    answer = await writer.post(f"/api/v1/checks/{UUID}", json=REQUEST)

    assert answer.status_code == 200
    assert as_documented(answer.json(), example(UUID), EXTRA_WRITER_KEYS)
    assert (await writer.get(f"/api/v1/checks/{UUID}")).json() == answer.json()
    assert len((await writer.get("/api/v1/checks/?tag=prod&tag=www")).json()["checks"]) == 1
    assert (await writer.get("/api/v1/checks/?tag=old")).json() == {"checks": []}


@pytest.mark.usefixtures("check")
async def test_the_example_with_the_key_in_the_body(writer: httpx.AsyncClient, nobody: httpx.AsyncClient):
    answer = await nobody.post(f"/api/v1/checks/{UUID}", json={"api_key": writer.headers["x-api-key"], **REQUEST})

    assert answer.status_code == 200
    assert as_documented(answer.json(), example(UUID), EXTRA_WRITER_KEYS)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"unique": ["name"], "kind": "cron", "n_pings": 9, "status": "up"}'])
async def test_what_says_nothing_changes_nothing(
    site: Site, check: CheckRecord, writer: httpx.AsyncClient, body: bytes
):
    answer = await writer.post(f"/api/v1/checks/{UUID}", content=body)

    assert answer.status_code == 200
    assert await reread(site, check) == check


async def test_only_what_is_given_changes(site: Site, check: CheckRecord, writer: httpx.AsyncClient):
    await writer.post(f"/api/v1/checks/{UUID}", json={"desc": "new"})

    assert await reread(site, check) == replace(check, description="new")


async def test_a_name_changes_the_slug(check: CheckRecord, writer: httpx.AsyncClient):
    assert (await writer.post(f"/api/v1/checks/{UUID}", json={"name": "New One"})).json()["slug"] == "new-one"
    assert (await writer.post(f"/api/v1/checks/{UUID}", json={"desc": "x"})).json()["slug"] == "new-one"


async def test_channels_are_set_cleared_and_else_left_alone(
    site: Site, project: ProjectRecord, check: CheckRecord, writer: httpx.AsyncClient
):
    mail = await a_channel(site, project, "Mail")
    await assigned(site, check, mail)

    async def told(**body: str) -> str:
        return (await writer.post(f"/api/v1/checks/{UUID}", json=body)).json()["channels"]

    assert await told(name="x") == mail.uuid
    assert await told(channels="") == ""
    assert await told(channels="*") == mail.uuid


async def test_a_shorter_period_moves_the_deadline_and_leaves_the_state(
    site: Site, project: ProjectRecord, clock: MovedClock, writer: httpx.AsyncClient
):
    up = await a_check(site, project, period=3600, grace=60, state=WatchState.UP, last_ping_at=START)
    clock.move(minutes=30)

    answer = await writer.post(f"/api/v1/checks/{up.uuid}", json={"timeout": 60})

    assert (answer.json()["status"], answer.json()["next_ping"]) == ("down", "2026-03-01T12:01:00+00:00")
    stored = await reread(site, up)
    assert (stored.state, stored.alert_after) == (WatchState.UP, START + timedelta(seconds=120))


@pytest.mark.parametrize(
    ("before", "given", "after"),
    [
        (("", "", False), {"subject": "OK"}, ("OK", "", True)),
        (("", "", False), {"subject_fail": "BAD"}, ("", "BAD", True)),
        (("OK", "BAD", True), {"subject": ""}, ("", "BAD", True)),
        (("OK", "", True), {"subject": ""}, ("", "", False)),
        (("OK", "BAD", True), {"subject": "", "subject_fail": ""}, ("", "", False)),
        (("", "", False), {"subject": "OK", "success_kw": "FINE"}, ("FINE", "", True)),
        (("", "", False), {"subject": "OK", "filter_subject": False}, ("OK", "", False)),
    ],
)
async def test_the_old_names_of_keywords(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, before: tuple, given: dict, after: tuple
):
    success, failure, filtered = before
    check = await a_check(site, project, success_keywords=success, failure_keywords=failure, filter_subject=filtered)

    written = (await writer.post(f"/api/v1/checks/{check.uuid}", json=given)).json()

    assert (written["success_kw"], written["failure_kw"], written["filter_subject"]) == after
    shown = after[:2] if after[2] else ("", "")
    assert (written["subject"], written["subject_fail"]) == shown


async def test_a_wrong_channel_changes_nothing_else(site: Site, check: CheckRecord, writer: httpx.AsyncClient):
    answer = await writer.post(f"/api/v1/checks/{UUID}", json={"name": "New", "tags": "new", "channels": "nonsense"})

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid channel identifier: nonsense"})
    assert await reread(site, check) == check


async def test_existence_and_project_are_told_before_a_broken_field(
    check: CheckRecord, writer: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    missing = await writer.post(f"/api/v1/checks/{new_uuid()}", json={"name": 1})
    foreign = await stranger.post(f"/api/v1/checks/{UUID}", json={"name": 1})
    own = await writer.post(f"/api/v1/checks/{UUID}", json={"name": 1})

    assert (missing.status_code, foreign.status_code, own.status_code) == (404, 403, 400)
