"""Pings, their bodies and flips, as a check's past makes them (section 7)."""

from datetime import timedelta

import httpx

from app.ids import new_uuid
from app.models import Ping
from app.rules.states import PingKind
from app.site import Site
from app.store.projects import ProjectRecord
from tests.conftest import START, MovedClock
from tests.rest_compat.healthchecks.given import a_check, a_key, a_project, application, client, stored

CHECKS = "/api/v3/checks/"
RUN, OTHER = "f618072a-7bde-4eee-af63-71a77c5723bc", "803f680d-e89b-492b-82ef-2be7b774a92d"


async def test_a_ping_is_logged_with_all_that_is_known_of_it(writer: httpx.AsyncClient, clock: MovedClock) -> None:
    made = (await writer.post(CHECKS)).json()
    headers = {"User-Agent": "x" * 300, "X-Forwarded-For": "192.0.2.7:4711", "X-Forwarded-Proto": "https"}
    clock.move(seconds=0.5)
    await writer.put(f"{made['ping_url']}?rid={RUN.upper()}", content=b"\xffbytes\x00", headers=headers)

    [ping] = (await writer.get(f"{made['update_url']}/pings/")).json()["pings"]

    assert ping == {
        "type": "success",
        "date": "2026-03-01T12:00:00.500000+00:00",
        "n": 1,
        "scheme": "https",
        "remote_addr": "192.0.2.7",
        "method": "PUT",
        "ua": "x" * 200,
        "rid": RUN,
        "body_url": f"{made['update_url']}/pings/1/body",
    }
    body = await writer.get(ping["body_url"])
    assert (body.content, body.headers["content-type"]) == (b"\xffbytes\x00", "text/plain")


async def test_the_duration_is_the_time_since_the_start_of_the_same_run(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, clock: MovedClock
) -> None:
    for signals, durations in (
        (["/start", ""], [None, 10.0]),
        (["/start", "/fail"], [None, 10.0]),
        (["/start", "/1"], [None, 10.0]),
        (["", "/start", "/log", ""], [None, None, None, 20.0]),
        (["/start", "/start", ""], [None, None, 10.0]),
        (["/start", "", ""], [None, 10.0, None]),
        (["/start", f"?rid={RUN}"], [None, None]),
        ([f"/start?rid={RUN}", ""], [None, None]),
        ([f"/start?rid={RUN}", f"/start?rid={OTHER}", f"?rid={RUN}", f"?rid={OTHER}"], [None, None, 20.0, 20.0]),
        ([f"/start?rid={RUN}", "", f"?rid={RUN}"], [None, None, 20.0]),
        ([f"/start?rid={RUN}", f"?rid={RUN}", f"?rid={RUN}"], [None, 10.0, None]),
    ):
        check = await a_check(site, project)
        for signal in signals:
            clock.move(seconds=10)
            await writer.get(f"/ping/{check.uuid}{signal}")

        log = (await writer.get(f"{CHECKS}{check.uuid}/pings/")).json()["pings"]

        assert [ping.get("duration") for ping in reversed(log)] == durations, signals
        assert all("duration" not in ping or isinstance(ping["duration"], float) for ping in log)


async def test_a_run_of_three_days_has_no_duration(writer: httpx.AsyncClient, clock: MovedClock) -> None:
    async def duration(**length: float) -> float | None:
        made = (await writer.post(CHECKS)).json()
        await writer.get(f"{made['ping_url']}/start")
        clock.move(**length)
        await writer.get(made["ping_url"])
        found: float | None = (await writer.get(f"{made['update_url']}/pings/")).json()["pings"][0].get("duration")
        return found

    assert await duration(hours=71.5) == 71.5 * 3600
    assert await duration(hours=72) is None


async def test_no_more_than_a_thousand_pings_are_listed(site: Site) -> None:
    large = await a_project(site, "Large", ping_limit=5000)
    check = await a_check(site, large, ping_count=1001)
    common = {"watchable_id": check.id, "kind": PingKind.SUCCESS, "scheme": "http", "method": "GET"}
    await stored(site, *(Ping(number=n, at=START + timedelta(seconds=n), **common) for n in range(1, 1002)))

    async with client(application(site), await a_key(site, large)) as writer:
        log = (await writer.get(f"{CHECKS}{check.uuid}/pings/")).json()["pings"]

    assert [ping["n"] for ping in log] == list(range(1001, 1, -1))


async def test_missing_checks_and_bodies(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    check = await a_check(site, project)
    for path in ("pings/", "pings/1/body", "flips/"):
        assert (await writer.get(f"{CHECKS}{new_uuid()}/{path}")).status_code == 404
        assert (await stranger.get(f"{CHECKS}{check.uuid}/{path}")).status_code == 403
    for path in ("pings/x/body", "pings/-1/body", "pings/1/body/", "pings/1", f"../{check.unique_key}/pings/"):
        assert (await writer.get(f"{CHECKS}{check.uuid}/{path}")).status_code == 404


async def test_each_change_is_a_flip_and_only_up_is_one(writer: httpx.AsyncClient, clock: MovedClock) -> None:
    made = (await writer.post(CHECKS)).json()

    async def after(url: str) -> list[int]:
        clock.move(minutes=1)
        await writer.post(url)
        return [flip["up"] for flip in (await writer.get(f"{made['update_url']}/flips/")).json()["flips"]]

    assert await after(made["ping_url"]) == [1]
    assert await after(made["ping_url"]) == [1]
    assert await after(f"{made['ping_url']}/start") == [1]
    assert await after(f"{made['ping_url']}/fail") == [0, 1]
    assert await after(f"{made['ping_url']}/3") == [0, 1]
    assert await after(made["pause_url"]) == [0, 0, 1]
    assert await after(made["pause_url"]) == [0, 0, 1]
    assert await after(made["resume_url"]) == [0, 0, 0, 1]
    assert await after(made["ping_url"]) == [1, 0, 0, 0, 1]


async def test_filters_of_flips_combine(
    writer: httpx.AsyncClient, reader: httpx.AsyncClient, clock: MovedClock
) -> None:
    made = (await writer.post(CHECKS)).json()
    for path in ("", "/fail", ""):
        await writer.get(made["ping_url"] + path)
        clock.move(hours=1)
    noon = int(START.timestamp())
    [check] = (await reader.get(CHECKS)).json()["checks"]

    async def hours(query: str) -> list[str]:
        answer = await reader.get(f"{CHECKS}{check['unique_key']}/flips/?{query}")
        return [flip["timestamp"][11:16] for flip in answer.json()["flips"]]

    assert await hours("seconds=3600") == ["14:00"]
    assert await hours("seconds=7200") == ["14:00", "13:00"]
    assert await hours(f"start={noon + 3600}") == ["14:00", "13:00"]
    assert await hours(f"end={noon + 3600}") == ["12:00"]
    assert await hours(f"seconds=7200&start={noon}&end={noon + 7200}") == ["13:00"]
    assert await hours("seconds=0&start=0&end=10000000000") == ["14:00", "13:00", "12:00"]


async def test_a_wrong_filter_is_refused_without_a_word(
    site: Site, project: ProjectRecord, reader: httpx.AsyncClient
) -> None:
    check = await a_check(site, project)
    for query in ("seconds=-1", "seconds=x", "seconds=1.5", "seconds=31536001", "start=", "end=", "end=10000000001"):
        answer = await reader.get(f"{CHECKS}{check.uuid}/flips/?{query}")

        assert (answer.status_code, answer.content) == (400, b""), query
