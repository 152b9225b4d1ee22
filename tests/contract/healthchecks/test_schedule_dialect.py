"""Which schedules the API takes, and when it expects pings by them over the changes of Riga's clock (section 10)."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.conftest import MovedClock

CHECKS = "/api/v3/checks/"
REFUSED = {"error": "json validation error: schedule is not a valid cron or OnCalendar expression"}

ACCEPTED_CRON = [
    "* * * * *", "*/7 * * * *", "5/15 * * * *", "1-9/2 * * * *", "0,30 1-3,5 * * *", "0 0 * jan-DEC *",
    "0 0 * * mon,Tue,WED", "0 0 * * 0", "0 0 * * 7", "0 0 L * *", "0 0 LW * *", "0 0 * * 5L", "0 0 * * 1#2",
    "0 0 29 2 *", " 0 0  * * * ",
]  # fmt: skip
REFUSED_CRON = [
    "? * * * *", "0 0 ? * *", "H * * * *", "0 0 15W * *", "0 0 L-1 * *", "0 0 * * * *", "0 0 0 * * * 2026",
    "0 22-2 * * *", "0 0 * * FRI-MON", "*/0 * * * *", "0,,30 * * * *", ",0 * * * *", "60 * * * *", "0 24 * * *",
    "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "0 0 30 2 *", "@daily", "@hourly", "* * * *",
]  # fmt: skip
ACCEPTED_ON_CALENDAR = [
    "minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "annually",
    "Mon..Fri 10:00", "*-*-* *:0/15", "*-*~1", "10:00:30", "10:00 Europe/Riga", "04:00\n16:00", "2020-01-01",
]  # fmt: skip
REFUSED_ON_CALENDAR = ["*-02-30", "10:00:30.5", "10:00; 11:00", "10:00 Mars/Phobos", "04:00\nnever", "fortnightly"]


@pytest.fixture
async def check(writer: httpx.AsyncClient) -> str:
    """The URL of a check with a schedule."""
    return str((await writer.post(CHECKS, json={"schedule": "1 2 3 4 5"})).json()["update_url"])


async def test_these_schedules_are_taken_and_kept_as_they_are(writer: httpx.AsyncClient, check: str) -> None:
    for schedule in ACCEPTED_CRON + ACCEPTED_ON_CALENDAR:
        answer = await writer.post(check, json={"schedule": schedule})
        assert (answer.status_code, answer.json().get("schedule")) == (200, schedule)


async def test_these_schedules_are_refused_and_change_nothing(writer: httpx.AsyncClient, check: str) -> None:
    for schedule in REFUSED_CRON + REFUSED_ON_CALENDAR:
        answer = await writer.post(check, json={"schedule": schedule})
        assert (answer.status_code, answer.json()) == (400, REFUSED), schedule
    assert (await writer.get(check)).json()["schedule"] == "1 2 3 4 5"


SPRING, AUTUMN = "2026-03-28T22:30", "2026-10-24T22:30"
"""Riga's half past midnight before the hour that is left out (01:00 UTC), and half past one before the one that comes
twice (00:00 and 01:00 UTC)."""


@pytest.mark.parametrize(
    ("schedule", "since", "expected"),
    [
        ("30 3 * * *", SPRING, ["29T01:00", "30T00:30"]),
        ("0 3 * * *", SPRING, ["29T01:00", "30T00:00"]),
        ("15-45/15 3 * * *", SPRING, ["29T01:00", "30T00:15"]),
        ("*/15 3 * * *", SPRING, ["30T00:00", "30T00:15"]),
        ("30 * * * *", SPRING, ["28T23:30", "29T00:30", "29T01:30"]),
        ("0 */2 * * *", SPRING, ["29T00:00", "29T01:00", "29T03:00"]),
        ("03:30", SPRING, ["30T00:30", "31T00:30"]),
        ("30 3 * * *", AUTUMN, ["25T00:30", "26T01:30"]),
        ("30 * * * *", AUTUMN, ["24T23:30", "25T00:30", "25T01:30", "25T02:30"]),
        ("*/30 * * * *", AUTUMN, ["24T23:00", "24T23:30", "25T00:00", "25T00:30", "25T01:00", "25T01:30"]),
        ("*/15 3 * * *", AUTUMN, [f"25T0{hour}:{minute}" for hour in (0, 1) for minute in ("00", "15", "30", "45")]),
        ("hourly", "2026-10-25T00:10", ["25T02:00", "25T03:00"]),
        ("0 0 */10 * MON", "2026-06-01T12:00", ["2026-08-30T21:00", "2026-09-20T21:00"]),
        ("0 0 1 * MON", "2026-06-02T12:00", ["07T21:00", "14T21:00", "21T21:00", "28T21:00", "30T21:00"]),
    ],
)
async def test_the_next_pings_are_expected(
    writer: httpx.AsyncClient, clock: MovedClock, schedule: str, since: str, expected: list[str]
) -> None:
    clock.now = datetime.fromisoformat(since).replace(tzinfo=UTC)
    body = {"schedule": schedule, "tz": "Europe/Riga"}
    made = (await writer.post(CHECKS, json=body)).json()
    for moment in expected:
        await writer.get(made["ping_url"])
        found = (await writer.get(made["update_url"])).json()["next_ping"]
        assert found == f"{since[:8] if len(moment) == len('25T00:00') else ''}{moment}:00+00:00"
        clock.now = datetime.fromisoformat(found)
