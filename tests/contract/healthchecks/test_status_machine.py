"""What signals and time make of a check, seen through the API (section 9)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.ids import new_uuid
from app.models.tables import notifications
from app.pipeline.watch import take_down_late
from app.site import Site
from app.store.projects import ProjectRecord
from tests.conftest import MovedClock
from tests.rest_compat.healthchecks.given import a_channel

HOUR = {"timeout": 3600, "grace": 600}


class Watched:
    """A check of an hour's period and ten minutes' grace."""

    def __init__(self, client: httpx.AsyncClient, clock: MovedClock, made: dict[str, Any]) -> None:
        self._client = client
        self._clock = clock
        self._made = made

    async def signal(self, *suffixes: str) -> None:
        for suffix in suffixes:
            assert (await self._client.get(self._made["ping_url"] + suffix)).status_code == 200

    async def pause(self) -> None:
        await self._client.post(self._made["pause_url"])

    async def status(self, version: int = 3) -> str:
        status: str = (await self.shown(version))["status"]
        return status

    async def shown(self, version: int = 3) -> dict[str, Any]:
        check: dict[str, Any] = (await self._client.get(f"/api/v{version}/checks/{self._made['uuid']}")).json()
        return check

    async def flips(self) -> list[tuple[str, int]]:
        found = (await self._client.get(f"{self._made['update_url']}/flips/")).json()["flips"]
        return [(flip["timestamp"][11:19], flip["up"]) for flip in found]

    async def in_state(self, state: str) -> None:
        await self.signal(*{"up": [""], "down": ["/fail"]}.get(state, []))
        if state == "paused":
            await self.pause()


@pytest.fixture
async def check(site: Site, project: ProjectRecord, writer: httpx.AsyncClient, clock: MovedClock) -> Watched:
    await a_channel(site, project, "Mail")
    made = await writer.post("/api/v3/checks/", json={**HOUR, "channels": "*"})
    return Watched(writer, clock, made.json())


async def told(site: Site) -> int:
    """How many notifications there are."""
    return len(await site.database.rows(select(notifications.c.id)))


@pytest.mark.parametrize("before", ["new", "up", "down", "paused"])
@pytest.mark.parametrize(("suffix", "after"), [("", "up"), ("/fail", "down"), ("/start", None), ("/log", None)])
async def test_what_a_signal_does_in_each_state(
    check: Watched, clock: MovedClock, before: str, suffix: str, after: str | None
) -> None:
    await check.in_state(before)
    flips = len(await check.flips())
    clock.move(seconds=1)

    await check.signal(suffix)

    shown = await check.shown()
    assert shown["status"] == (after or before)
    assert shown["started"] is (suffix == "/start")
    assert (shown["last_ping"] == "2026-03-01T12:00:01+00:00") is (after is not None)
    assert len(await check.flips()) - flips == (after is not None and after != before)


@pytest.mark.parametrize(
    ("started", "ended", "still_open"),
    [
        ("", "", False),
        ("", "/fail", False),
        ("?rid=A", "?rid=A", False),
        ("?rid=A", "?rid=B", True),
        ("?rid=A", "/fail?rid=B", False),
        ("?rid=A", "", False),
        ("", "?rid=B", True),
    ],
)
async def test_which_signal_ends_a_run(check: Watched, started: str, ended: str, *, still_open: bool) -> None:
    ids = {"A": new_uuid(), "B": new_uuid()}
    named = [text.replace("rid=A", f"rid={ids['A']}").replace("rid=B", f"rid={ids['B']}") for text in (started, ended)]

    await check.signal("/start" + named[0], named[1])

    assert (await check.shown())["started"] is still_open


async def test_time_alone_makes_an_up_check_late_and_down(check: Watched, clock: MovedClock) -> None:
    await check.signal("")
    for seconds, status in ((0, "up"), (3599, "up"), (1, "grace"), (599, "grace"), (1, "down"), (9999, "down")):
        clock.move(seconds=seconds)

        shown = await check.shown()

        assert (shown["status"], shown["next_ping"]) == (status, "2026-03-01T13:00:00+00:00")
        assert await check.status(1) == await check.status(2) == status
    assert len(await check.flips()) == 1


@pytest.mark.parametrize("before", ["new", "up", "down", "paused"])
async def test_a_run_longer_than_the_grace_is_down_in_every_version(
    check: Watched, clock: MovedClock, before: str
) -> None:
    await check.in_state(before)
    await check.signal("/start")
    clock.move(seconds=599)
    assert [await check.status(version) for version in (1, 2, 3)] == ["started", before, before]

    clock.move(seconds=1)

    for version in (1, 2, 3):
        shown = await check.shown(version)
        assert (shown["status"], shown["started"]) == ("down", True)


async def test_the_next_ping_is_the_earlier_of_schedule_and_start(check: Watched, clock: MovedClock) -> None:
    async def next_ping() -> str | None:
        found: str | None = (await check.shown())["next_ping"]
        return found and found[11:16]

    assert await next_ping() is None
    await check.signal("/start")
    assert await next_ping() == "12:00"
    await check.signal("")
    assert await next_ping() == "13:00"
    clock.move(minutes=30)
    await check.signal("/start")
    assert await next_ping() == "12:30"
    await check.signal("/fail")
    assert await next_ping() is None
    await check.signal("/start")
    assert await next_ping() is None


@pytest.mark.parametrize(
    ("signals", "noticed", "flip"),
    [
        ([""], 4500, ("13:10:00", 0)),
        (["", "/start"], 700, ("12:10:00", 0)),
        (["/start"], 700, ("12:10:00", 0)),
    ],
)
async def test_the_watcher_dates_a_flip_with_its_deadline(
    site: Site, check: Watched, clock: MovedClock, signals: list[str], noticed: int, flip: tuple[str, int]
) -> None:
    await check.signal(*signals)
    clock.move(seconds=noticed)

    assert await take_down_late(site) == 1
    assert await take_down_late(site) == 0

    assert (await check.flips())[0] == flip
    shown = await check.shown()
    assert (shown["status"], shown["next_ping"], shown["started"]) == ("down", None, "/start" in signals)
    assert await told(site) == 1


async def test_the_watcher_only_moves_a_deadline_that_an_edit_moved(
    site: Site, check: Watched, writer: httpx.AsyncClient, clock: MovedClock
) -> None:
    await check.signal("")
    await writer.post((await check.shown())["update_url"], json={"timeout": 7200})
    clock.move(seconds=4300)

    await take_down_late(site)

    assert await check.status() == "up"
    assert len(await check.flips()) == 1


@pytest.mark.parametrize(
    ("before", "suffix", "news"),
    [
        ("new", "", 0),
        ("paused", "", 0),
        ("down", "", 1),
        ("new", "/fail", 1),
        ("up", "/fail", 1),
        ("paused", "/fail", 1),
        ("up", "", 0),
        ("down", "/fail", 0),
    ],
)
async def test_which_flips_are_told(site: Site, check: Watched, before: str, suffix: str, news: int) -> None:
    await check.in_state(before)
    already = await told(site)

    await check.signal(suffix)

    assert await told(site) - already == news


async def test_pause_and_resume_are_flips_that_nobody_is_told(
    site: Site, check: Watched, writer: httpx.AsyncClient
) -> None:
    await check.signal("")
    await check.pause()
    await writer.post((await check.shown())["resume_url"])

    assert [up for _, up in await check.flips()] == [0, 0, 1]
    assert await told(site) == 0
