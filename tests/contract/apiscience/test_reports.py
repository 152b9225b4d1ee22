"""Monitor Reports: Performance Report, Uptime Report."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from app.rules.outcomes import Outcome
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import run
from tests.conftest import MovedClock
from tests.rest_compat.apiscience.given import data, errors
from tests.world import World

EMPTY = dict.fromkeys(
    ("averageResolve", "averageConnect", "averageProcessing", "averageTransfer", "averageClosing", "averageTotal")
)
TOOK = {
    "averageResolve": 1,
    "averageConnect": 2,
    "averageProcessing": 30,
    "averageTransfer": 4,
    "averageClosing": 0.5,
    "averageTotal": 37.5,
}
FAR = datetime(2014, 9, 1, tzinfo=UTC)


@pytest.fixture
async def monitor(world: World) -> MonitorRecord:
    return await world.monitor("m")


async def outcomes(world: World, clock: MovedClock, monitor: MonitorRecord, *given: Outcome) -> None:
    """Record runs that ended now, with a minute from each to the next."""
    for outcome in given:
        assert await run(world, monitor, outcome) == 1
        clock.move(seconds=60)


def of(monitor: MonitorRecord, report: str, query: str = "") -> str:
    return f"/v1/monitors/{monitor.id}/{report}{query}"


async def test_the_example_of_performance_hour_by_hour(clock: MovedClock, world: World, reader: httpx.AsyncClient):
    clock.now = FAR + timedelta(hours=18, minutes=10)
    monitor = await world.monitor("m")
    await outcomes(world, clock, monitor, Outcome.PASS, Outcome.FAIL, Outcome.ERROR)

    answer = await reader.get(of(monitor, "performance", "?start=2014-09-01&end=2014-09-02&resolution=hour"))

    assert answer.json()["meta"] == {
        "status": "success",
        "numberOfResults": 24,
        "resolution": "hour",
        "startPeriod": "2014-09-01T00:00:00Z",
        "endPeriod": "2014-09-02T00:00:00Z",
    }
    entries = data(answer)
    assert "pagination" not in answer.json()
    assert entries[0] == {**EMPTY, "startPeriod": "2014-09-01T23:00:00Z", "endPeriod": "2014-09-02T00:00:00Z"}
    assert entries[5] == {**TOOK, "startPeriod": "2014-09-01T18:00:00Z", "endPeriod": "2014-09-01T19:00:00Z"}
    assert [list(entry) for entry in entries] == [[*TOOK, "startPeriod", "endPeriod"]] * 24
    assert [entry["averageTotal"] for entry in entries] == [None] * 5 + [37.5] + [None] * 18


async def test_the_example_of_uptime_in_the_last_day(clock: MovedClock, world: World, reader: httpx.AsyncClient):
    clock.now = datetime(2014, 9, 5, 18, 38, 36, 765_432, tzinfo=UTC)
    monitor = await world.monitor("m")
    await outcomes(world, clock, monitor, Outcome.PASS, Outcome.SLOW, Outcome.ERROR)
    clock.move(minutes=57)
    await outcomes(world, clock, monitor, Outcome.FAIL, Outcome.PASS, Outcome.FAIL)

    answer = await reader.get(of(monitor, "uptime.json", "?preset=lastDay"))

    assert answer.json()["meta"] == {
        "status": "success",
        "numberOfResults": 24,
        "resolution": "hour",
        "startPeriod": "2014-09-04T19:41:36.765Z",
        "endPeriod": "2014-09-05T19:41:36.765Z",
    }
    newest, older, *rest = data(answer)
    assert newest == {
        "uptime": 0.3333,
        "startPeriod": "2014-09-05T18:41:36.765Z",
        "endPeriod": "2014-09-05T19:41:36.765Z",
    }
    assert older == {
        "uptime": 1,
        "startPeriod": "2014-09-05T17:41:36.765Z",
        "endPeriod": "2014-09-05T18:41:36.765Z",
    }
    assert isinstance(older["uptime"], int)
    assert [entry["uptime"] for entry in rest] == [None] * 22


@pytest.mark.parametrize(
    ("query", "resolution", "count"),
    [
        ("preset=lastDay", "hour", 24),
        ("preset=lastWeek", "day", 7),
        ("preset=lastWeek&resolution=hour", "hour", 168),
        ("preset=lastWeek&resolution=weekly", "week", 1),
        ("preset=lastDay&start=nonsense&end=nonsense", "hour", 24),
        ("start=2014-09-01&end=2014-09-02&resolution=hourly", "hour", 24),
        ("start=2014-09&end=2014-10&resolution=daily", "day", 30),
        ("start=2014&end=2015&resolution=weekly", "week", 53),
        ("start=2014-09-01T00:00:00Z&end=2014-09-01T02:30:00Z&resolution=hour", "hour", 3),
        ("start=2014-09-01T02:00:00+02:00&end=2014-09-01T03:00:00%2B02:00&resolution=hour", "hour", 1),
    ],
)
async def test_both_reports_know_every_way_to_name_a_period(
    monitor: MonitorRecord, reader: httpx.AsyncClient, query: str, resolution: str, count: int
):
    for report in ("performance", "performance.json", "uptime", "uptime.json"):
        answer = await reader.get(of(monitor, report, f"?{query}"))

        meta, entries = answer.json()["meta"], data(answer)
        assert (meta["resolution"], meta["numberOfResults"], len(entries)) == (resolution, count, count)
        assert (meta["startPeriod"], meta["endPeriod"]) == (entries[-1]["startPeriod"], entries[0]["endPeriod"])
        for newer, older in pairwise(entries):
            assert newer["startPeriod"] == older["endPeriod"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", "start end resolution"),
        ("?start=2014-09-01", "end resolution"),
        ("?start=&end=2014-09-02&resolution=", "start resolution"),
        ("?preset=lastYear", "preset"),
        ("?preset=", "preset"),
        ("?preset=lastDay&resolution=minute", "resolution"),
        ("?start=2014-09-01&end=2014-09-02", "resolution"),
        ("?start=2014-09-01&resolution=hour", "end"),
        ("?end=2014-09-02&resolution=hour", "start"),
        ("?start=2014-09-01&end=2014-09-02&resolution=month", "resolution"),
        ("?start=2014-09-02&end=2014-09-02&resolution=hour", "start"),
        ("?start=2014-09-31&end=2014-10-02&resolution=hour", "start"),
        ("?start=2014-09-01&end=soon&resolution=hour", "end"),
        ("?start=2014&end=2015&resolution=hour", "resolution"),
    ],
)
async def test_a_wrong_period_is_told_by_name(
    monitor: MonitorRecord, reader: httpx.AsyncClient, query: str, fields: str
):
    for report in ("performance", "uptime"):
        assert [name for name, _ in errors(await reader.get(of(monitor, report, query)))] == fields.split()
        errors(await reader.get(f"/v1/monitors/999/{report}{query}"), 404)


async def test_a_report_has_its_first_instant_and_not_its_last_and_cuts_the_last_bucket(
    clock: MovedClock, world: World, reader: httpx.AsyncClient
):
    clock.now = FAR + timedelta(hours=1)
    monitor = await world.monitor("m")
    assert await run(world, monitor, Outcome.FAIL) == 1
    clock.now = FAR + timedelta(hours=2, minutes=30)
    assert await run(world, monitor, Outcome.PASS) == 1

    first, second = data(
        await reader.get(of(monitor, "uptime", "?start=2014-09-01T01:00&end=2014-09-01T02:30&resolution=hour"))
    )

    assert (first["uptime"], first["endPeriod"]) == (None, "2014-09-01T02:30:00Z")
    assert (second["uptime"], second["startPeriod"]) == (0, "2014-09-01T01:00:00Z")


async def test_reports_on_monitors_of_others_are_not_found(monitor: MonitorRecord, stranger: httpx.AsyncClient):
    for report in ("performance", "uptime"):
        errors(await stranger.get(of(monitor, report, "?preset=lastDay")), 404)
