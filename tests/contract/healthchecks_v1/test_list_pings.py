"""Get a list of checks's logged pings, and their bodies."""

from datetime import datetime, timedelta

import httpx
import pytest

from app.ids import new_uuid
from app.models import Ping
from app.rules.states import PingKind
from app.site import Site
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from tests.conftest import START
from tests.rest_compat.healthchecks.given import ROOT, a_check, stored

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"
COMMON = {"scheme": "http", "remote_addr": "192.0.2.0", "method": "GET", "ua": "curl/7.68.0"}
EXAMPLE = [
    {"type": "success", "date": "2020-06-09T14:51:06.113073+00:00", "n": 4, **COMMON, "duration": 2.896736},
    {"type": "start", "date": "2020-06-09T14:51:03.216337+00:00", "n": 3, **COMMON},
    {"type": "success", "date": "2020-06-09T14:50:59.633577+00:00", "n": 2, **COMMON, "duration": 2.997976},
    {"type": "start", "date": "2020-06-09T14:50:56.635601+00:00", "n": 1, **COMMON},
]


def a_ping(check: CheckRecord, number: int, kind: PingKind, at: datetime, **values) -> Ping:
    given = {"scheme": "http", "method": "GET", "remote_address": "192.0.2.0", "user_agent": "curl/7.68.0", **values}
    return Ping(watchable_id=check.id, number=number, kind=kind, at=at, **given)


async def test_the_example(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project, uuid=UUID, ping_count=4)
    await stored(
        site,
        a_ping(check, 1, PingKind.START, datetime.fromisoformat("2020-06-09T14:50:56.635601Z")),
        a_ping(check, 2, PingKind.SUCCESS, datetime.fromisoformat("2020-06-09T14:50:59.633577Z")),
        a_ping(check, 3, PingKind.START, datetime.fromisoformat("2020-06-09T14:51:03.216337Z")),
        a_ping(check, 4, PingKind.SUCCESS, datetime.fromisoformat("2020-06-09T14:51:06.113073Z")),
    )

    answer = await writer.get(f"/api/v1/checks/{UUID}/pings/")

    assert answer.status_code == 200
    assert answer.json() == {"pings": [{**ping, "rid": None, "body_url": None} for ping in EXAMPLE]}


async def test_every_kind_and_what_may_be_lacking(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project, uuid=UUID, ping_count=5)
    run = new_uuid()
    await stored(
        site,
        a_ping(check, 1, PingKind.LOG, START, user_agent="", remote_address=None, scheme="email", method=""),
        a_ping(check, 2, PingKind.IGNORED, START),
        a_ping(check, 3, PingKind.FAIL, START, body=b"no"),
        a_ping(check, 4, PingKind.START, START, run_key=run),
        a_ping(check, 5, PingKind.SUCCESS, START, run_key=run),
    )

    pings = (await writer.get(f"/healthchecks/api/v1/checks/{UUID}/pings/")).json()["pings"]

    assert [ping["type"] for ping in pings] == ["success", "start", "fail", "ign", "log"]
    assert [(ping["rid"], ping.get("duration")) for ping in pings[:3]] == [(run, 0.0), (run, None), (None, None)]
    assert pings[2]["body_url"] == f"{ROOT}/healthchecks/api/v1/checks/{UUID}/pings/3/body"
    assert pings[4] == {
        "type": "log",
        "date": "2026-03-01T12:00:00+00:00",
        "n": 1,
        "scheme": "email",
        "remote_addr": None,
        "method": "",
        "ua": "",
        "rid": None,
        "body_url": None,
    }


async def test_no_more_are_listed_than_the_project_keeps(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project, uuid=UUID, ping_count=150)
    rows = [a_ping(check, number, PingKind.SUCCESS, START + timedelta(seconds=number)) for number in range(1, 151)]
    await stored(site, *rows)

    pings = (await writer.get(f"/api/v1/checks/{UUID}/pings/")).json()["pings"]

    assert [ping["n"] for ping in pings] == list(range(150, 50, -1))


@pytest.mark.parametrize("body", [b"plain", "žlutý".encode(), b"\xff\xfe\x00<script>"])
async def test_a_body_comes_as_it_was_sent(site: Site, project: ProjectRecord, writer: httpx.AsyncClient, body: bytes):
    check = await a_check(site, project, ping_count=1)
    await stored(site, a_ping(check, 1, PingKind.SUCCESS, START, body=body))
    [ping] = (await writer.get(f"/api/v1/checks/{check.uuid}/pings/")).json()["pings"]

    answer = await writer.get(ping["body_url"])

    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("number", ["1", "3", "0", "9" * 30])
async def test_a_ping_without_body_or_that_is_kept_no_longer_has_none(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, number: str
):
    check = await a_check(site, project, ping_count=103)
    await stored(
        site,
        a_ping(check, 1, PingKind.SUCCESS, START),
        a_ping(check, 3, PingKind.SUCCESS, START, body=b"too old"),
        a_ping(check, 4, PingKind.SUCCESS, START, body=b"just kept"),
    )

    assert (await writer.get(f"/api/v1/checks/{check.uuid}/pings/{number}/body")).status_code == 404
    assert (await writer.get(f"/api/v1/checks/{check.uuid}/pings/4/body")).content == b"just kept"


async def test_a_read_only_key_sees_no_pings(site: Site, project: ProjectRecord, reader: httpx.AsyncClient):
    check = await a_check(site, project)

    for path in ("pings/", "pings/1/body"):
        answer = await reader.get(f"/api/v1/checks/{check.uuid}/{path}")
        assert (answer.status_code, answer.json()) == (401, {"error": "wrong api key"})
