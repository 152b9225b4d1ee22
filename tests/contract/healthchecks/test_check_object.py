"""The check object, key by key, as pings and changes make it (section 4)."""

import hashlib

import httpx

from app.site import Site
from app.store.projects import ProjectRecord
from tests.conftest import MovedClock
from tests.rest_compat.healthchecks.given import EXTRA_WRITER_KEYS, ROOT, a_channel, a_check

CHECKS = "/api/v3/checks/"
NEW = {
    "name": "",
    "slug": "",
    "tags": "",
    "desc": "",
    "grace": 3600,
    "n_pings": 0,
    "status": "new",
    "started": False,
    "last_ping": None,
    "next_ping": None,
    "manual_resume": False,
    "methods": "",
    "subject": "",
    "subject_fail": "",
    "start_kw": "",
    "success_kw": "",
    "failure_kw": "",
    "filter_subject": False,
    "filter_body": False,
    "filter_http_body": False,
    "filter_default_fail": False,
}
"""A check of which nothing was said, but for what names it."""


async def test_a_new_check_has_every_key_at_its_default(writer: httpx.AsyncClient) -> None:
    made = (await writer.post(CHECKS)).json()

    uuid = made["uuid"]
    badge = made.pop("badge_url")
    assert badge.startswith(f"{ROOT}/b/2/")
    assert badge.endswith(".svg")
    assert uuid not in badge
    own = f"{ROOT}{CHECKS}{uuid}"
    assert made == {
        **NEW,
        "uuid": uuid,
        "ping_url": f"{ROOT}/ping/{uuid}",
        "update_url": own,
        "pause_url": f"{own}/pause",
        "resume_url": f"{own}/resume",
        "channels": "",
        "timeout": 86400,
    }
    assert made.keys() >= EXTRA_WRITER_KEYS - {"badge_url"}


async def test_the_last_duration_is_there_only_after_a_measured_run(
    writer: httpx.AsyncClient, clock: MovedClock
) -> None:
    made = (await writer.post(CHECKS)).json()

    async def after(path: str, **moved: float) -> int | None:
        clock.move(**moved)
        await writer.post(made["ping_url"] + path)
        return (await writer.get(made["update_url"])).json().get("last_duration")

    assert await after("") is None
    assert await after("/start", seconds=1) is None
    assert await after("", seconds=7.999) == 7
    assert await after("/log", seconds=1) == 7
    assert await after("", seconds=1) is None
    assert await after("/start") is None
    assert await after("") is None
    assert await after("/start") is None
    assert await after("", hours=100) == 360_000


async def test_instants_are_whole_seconds_of_utc_cut_off(writer: httpx.AsyncClient, clock: MovedClock) -> None:
    clock.move(seconds=3.999999)
    made = (await writer.post(CHECKS, json={"timeout": 60})).json()
    await writer.get(made["ping_url"])

    shown = (await writer.get(made["update_url"])).json()

    assert (shown["last_ping"], shown["next_ping"]) == ("2026-03-01T12:00:03+00:00", "2026-03-01T12:01:03+00:00")


async def test_every_signal_counts(writer: httpx.AsyncClient) -> None:
    made = (await writer.post(CHECKS, json={"methods": "POST"})).json()
    for path in ("", "/start", "/fail", "/log", "/0", "/1"):
        for send in (writer.get, writer.post):
            await send(made["ping_url"] + path)

    assert (await writer.get(made["update_url"])).json()["n_pings"] == 12


async def test_the_unique_key_hides_the_uuid_and_survives_every_edit(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    check = await a_check(site, project, name="before")
    expected = hashlib.sha1(check.uuid.replace("-", "")[:16].encode("ascii")).hexdigest()

    await writer.post(f"{CHECKS}{check.uuid}", json={"name": "after", "tags": "new", "schedule": "0 0 * * *"})

    [listed] = (await reader.get(CHECKS)).json()["checks"]
    assert (listed["unique_key"], listed["name"]) == (expected, "after")
    assert check.uuid not in str(listed)
    assert (await reader.get(f"{CHECKS}{expected}")).json() == listed


async def test_channels_are_sorted_by_uuid_and_of_this_check_alone(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    uuids = [(await a_channel(site, project, name)).uuid for name in "abc"]
    await writer.post(CHECKS, json={"channels": "a,b"})
    await writer.post(CHECKS, json={"channels": "c"})
    await writer.post(CHECKS)

    shown = [check["channels"] for check in (await writer.get(CHECKS)).json()["checks"]]

    assert shown == [",".join(sorted(uuids[:2])), uuids[2], ""]


async def test_period_or_schedule_is_shown_and_the_other_kept(writer: httpx.AsyncClient) -> None:
    made = (await writer.post(CHECKS, json={"timeout": 600, "tz": "Europe/Riga"})).json()

    async def changed(**fields: object) -> tuple[object, ...]:
        shown = (await writer.post(made["update_url"], json=fields)).json()
        return tuple(shown.get(key) for key in ("timeout", "schedule", "tz"))

    assert await changed() == (600, None, None)
    assert await changed(schedule="0 4 * * *") == (None, "0 4 * * *", "Europe/Riga")
    assert await changed(grace=60) == (None, "0 4 * * *", "Europe/Riga")
    assert await changed(schedule="Mon *-*-* 04:00", timeout=60) == (None, "Mon *-*-* 04:00", "Europe/Riga")
    assert await changed(timeout=900) == (900, None, None)
    assert await changed(schedule="hourly") == (None, "hourly", "Europe/Riga")
