"""What cron and OnCalendar schedules make of pings, through the API (sections 9.3 and 10)."""

from datetime import UTC, datetime
from typing import Any, NoReturn

import httpx
import pytest

from app.pipeline.watch import take_down_late
from app.rules.cron import CronExpression
from app.rules.on_calendar import OnCalendarExpression
from app.site import Site
from tests.conftest import MovedClock

CHECKS = "/api/v3/checks/"


async def pinged(writer: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Make a check and ping it; return what the API shows of it."""
    made = (await writer.post(CHECKS, json={"grace": 60, **fields})).json()
    assert (await writer.get(made["ping_url"])).status_code == 200
    shown: dict[str, Any] = (await writer.get(made["update_url"])).json()
    return shown


@pytest.mark.parametrize(
    ("schedule", "tz", "next_ping"),
    [
        ("30 14 * * *", "UTC", "2026-03-01T14:30:00"),
        (" 30 14\t* * SUN ", "Europe/Riga", "2026-03-01T12:30:00"),
        ("daily", "Asia/Kolkata", "2026-03-01T18:30:00"),
        ("12:00:01", "UTC", "2026-03-01T12:00:01"),
        ("Mon..Fri 12:00", "UTC", "2026-03-02T12:00:00"),
        ("*-*~1 00:00", "UTC", "2026-03-31T00:00:00"),
        ("15:00\n14:00\n18:00", "Europe/Riga", "2026-03-01T13:00:00"),
        ("14:00 Asia/Tokyo\n16:00", "Europe/Riga", "2026-03-01T14:00:00"),
        ("  hourly  \n", "UTC", "2026-03-01T13:00:00"),
    ],
)
async def test_a_ping_is_expected_when_the_schedule_says(
    writer: httpx.AsyncClient, schedule: str, tz: str, next_ping: str
) -> None:
    check = await pinged(writer, schedule=schedule, tz=tz, timeout=300)

    assert (check["schedule"], check["tz"], "timeout" in check) == (schedule, tz, False)
    assert (check["status"], check["next_ping"]) == ("up", f"{next_ping}+00:00")


@pytest.mark.parametrize(
    ("schedule", "now", "next_ping"),
    [
        ("30 3 * * *", "2026-03-28T22:00:00", "2026-03-29T01:00:00"),
        ("03:30", "2026-03-28T22:00:00", "2026-03-30T00:30:00"),
        ("0 * * * *", "2026-10-25T00:10:00", "2026-10-25T01:00:00"),
        ("hourly", "2026-10-25T00:10:00", "2026-10-25T02:00:00"),
        ("hourly", "2026-10-25T01:10:00", "2026-10-25T02:00:00"),
    ],
)
async def test_grace_is_added_to_what_the_schedule_says_over_a_change_of_the_clock(
    site: Site, writer: httpx.AsyncClient, clock: MovedClock, schedule: str, now: str, next_ping: str
) -> None:
    clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    check = await pinged(writer, schedule=schedule, tz="Europe/Riga", grace=3600)

    assert check["next_ping"] == f"{next_ping}+00:00"
    clock.now = datetime.fromisoformat(next_ping).replace(tzinfo=UTC)
    assert (await writer.get(check["update_url"])).json()["status"] == "grace"
    clock.move(seconds=3600)
    assert (await writer.get(check["update_url"])).json()["status"] == "down"


async def test_a_schedule_that_is_over_expects_nothing_and_leaves_the_check_up(
    site: Site, writer: httpx.AsyncClient, clock: MovedClock
) -> None:
    check = await pinged(writer, schedule="2026-03-01 12:00:30\n2020-01-01")
    assert check["next_ping"] == "2026-03-01T12:00:30+00:00"
    clock.move(seconds=30)

    await writer.get(check["ping_url"])

    clock.move(days=400)
    await take_down_late(site)
    shown = (await writer.get(check["update_url"])).json()
    assert (shown["status"], shown["next_ping"]) == ("up", None)


async def test_another_kind_of_schedule_moves_the_deadline_at_once(writer: httpx.AsyncClient) -> None:
    check = await pinged(writer, schedule="daily", tz="Europe/Riga")

    async def changed(**fields: Any) -> tuple[Any, ...]:
        shown = (await writer.post(check["update_url"], json=fields)).json()
        return tuple(shown.get(key) for key in ("timeout", "schedule", "tz", "next_ping"))

    assert await changed(schedule="0 16 * * *") == (None, "0 16 * * *", "Europe/Riga", "2026-03-01T14:00:00+00:00")
    assert await changed(schedule="weekly", timeout=60) == (None, "weekly", "Europe/Riga", "2026-03-01T22:00:00+00:00")
    assert await changed(tz="UTC") == (None, "weekly", "UTC", "2026-03-02T00:00:00+00:00")
    assert await changed(timeout=60) == (60, None, None, "2026-03-01T12:01:00+00:00")


async def test_lists_read_the_next_times_and_never_compute_one(
    writer: httpx.AsyncClient, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for schedule in ("30 14 * * *", "14:30"):
        await pinged(writer, schedule=schedule)
    clock.move(hours=2, minutes=30)

    def computed(*_: object) -> NoReturn:
        raise AssertionError("A list computed a schedule.")

    for expression in (CronExpression, OnCalendarExpression):
        monkeypatch.setattr(expression, "parse", computed)
        monkeypatch.setattr(expression, "next_after", computed)

    shown = (await writer.get(CHECKS)).json()["checks"]
    assert [(check["status"], check["next_ping"]) for check in shown] == [("grace", "2026-03-01T14:30:00+00:00")] * 2
