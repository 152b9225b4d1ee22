"""Performance and uptime of monitors through the API, over any time."""

from typing import Any

import pytest

from app.rules.outcomes import Outcome
from app.store.monitors import MonitorRecord
from tests.app.pipeline.results import probe_everywhere, run
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_monitor_lists import world  # noqa: F401 - the fixture
from tests.world import World

PERFORMANCE = """
query($by: WatchableRef!, $period: PeriodInput!, $resolution: Duration, $location: ID) { monitor(by: $by) {
  performance(period: $period, resolution: $resolution, location: $location) {
    totals { runs slow failures averageMs minMs maxMs phases { processingMs totalMs } }
    percentiles { medianMs p95Ms p99Ms }
    points { at until figures { runs failures } }
  }
} }
"""
UPTIME = """
query($by: WatchableRef!, $period: PeriodInput!) { monitor(by: $by) {
  uptime(period: $period) { percent runs failures outages }
} }
"""


async def hour_of_runs(world: World, clock: MovedClock, **values: Any) -> MonitorRecord:  # noqa: F811 - the fixture
    """Runs at 12:00, 12:30 and 13:00, the middle one failed; it is 13:00:01 then."""
    monitor = await world.monitor(interval=1800, **values)
    for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.PASS):
        await run(world, monitor, outcome)
        clock.move(minutes=30)
    clock.move(minutes=-30, seconds=1)
    return monitor


async def performance(asker: Asker, monitor: MonitorRecord, **variables: Any) -> dict:
    found = await asker.ask(PERFORMANCE, by={"number": monitor.id}, **variables)
    return found["monitor"]["performance"]


async def test_a_series_has_points_and_totals(writer: Asker, world: World, clock: MovedClock) -> None:  # noqa: F811 - the fixture
    monitor = await hour_of_runs(world, clock)
    day = {"range": {"from": "2026-03-01T11:00:00Z", "until": "2026-03-01T14:00:00Z"}}

    found = await performance(writer, monitor, period=day)

    phases = {"processingMs": 30, "totalMs": 37.5}
    totals = {"runs": 3, "slow": 0, "failures": 1, "averageMs": 37.5, "minMs": 37.5, "maxMs": 37.5, "phases": phases}
    hours = [f"2026-03-01T{hour}:00:00Z" for hour in (11, 12, 13, 14)]
    figures = [None, {"runs": 2, "failures": 1}, {"runs": 1, "failures": 0}]
    assert found == {
        "totals": totals,
        "percentiles": {"medianMs": 37.5, "p95Ms": 37.5, "p99Ms": 37.5},
        "points": [
            {"at": at, "until": until, "figures": one}
            for at, until, one in zip(hours, hours[1:], figures, strict=False)
        ],
    }
    half_hours = await performance(writer, monitor, period=day, resolution=1800)
    assert [point["figures"] and point["figures"]["runs"] for point in half_hours["points"]] == [
        *(None, None, 1, 1, 1, None)
    ]


async def test_a_series_is_of_one_place_or_of_all(writer: Asker, world: World, clock: MovedClock) -> None:  # noqa: F811 - the fixture
    places = (await writer.ask("{ project { locations { id } } }"))["project"]["locations"]
    monitor = await world.monitor(places=2)
    await probe_everywhere(world, monitor)
    for place in (0, 1, 1):
        await run(world, monitor, Outcome.PASS, place)
        clock.move(minutes=1)

    counts = {}
    for place in (None, places[0]["id"], places[1]["id"], places[2]["id"]):
        found = await performance(writer, monitor, period={"last": 3600}, location=place)
        counts[place] = found["totals"] and found["totals"]["runs"]

    assert list(counts.values()) == [3, 1, 2, None]


async def test_nothing_measured_is_null_and_no_zero(writer: Asker, world: World) -> None:  # noqa: F811 - the fixture
    monitor = await world.monitor()
    await run(world, monitor, Outcome.ERROR)

    found = await performance(writer, monitor, period={"last": 86_400})
    uptime = await writer.ask(UPTIME, by={"number": monitor.id}, period={"last": 86_400})

    assert (found["totals"], found["percentiles"], len(found["points"])) == (None, None, 24)
    assert uptime["monitor"]["uptime"] == {"percent": None, "runs": 0, "failures": 0, "outages": 0}


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"last": 7200}, (2 / 3, 3, 1, 1)),
        ({"last": 900}, (1, 1, 0, 1)),
        ({"month": "2026-03"}, (2 / 3, 3, 1, 1)),
        ({"month": "2026-02"}, (None, 0, 0, 0)),
        ({"range": {"from": "2026-03-01T12:15:00Z", "until": "2026-03-01T13:00:00Z"}}, (0, 1, 1, 1)),
        ({"range": {"from": "2026-03-01T12:45:00Z", "until": "2026-03-01T12:50:00Z"}}, (None, 0, 0, 1)),
    ],
    ids=["hours", "minutes", "month", "month-before", "failing", "between-runs"],
)
async def test_uptime_is_the_share_of_runs_that_passed(
    writer: Asker,
    world: World,  # noqa: F811 - the fixture
    clock: MovedClock,
    period: dict[str, Any],
    expected: tuple[Any, ...],
) -> None:
    monitor = await hour_of_runs(world, clock)

    found = (await writer.ask(UPTIME, by={"number": monitor.id}, period=period))["monitor"]["uptime"]

    share, runs, failures, outages = expected
    assert found == {
        "percent": share if share is None else pytest.approx(share * 100),
        "runs": runs,
        "failures": failures,
        "outages": outages,
    }


async def test_a_month_is_that_of_the_projects_zone(writer: Asker, world: World, clock: MovedClock) -> None:  # noqa: F811 - the fixture
    clock.now = clock.now.replace(month=3, day=31, hour=22)  # April in Riga
    monitor = await world.monitor()
    await run(world, monitor, Outcome.PASS)
    zone = 'mutation($id: ID!) { projectUpdate(id: $id, input: {timezone: "Europe/Riga"}) { errors { code } } }'
    await writer.ask(zone, id=writer.project_id)

    runs = [
        (await writer.ask(UPTIME, by={"number": monitor.id}, period={"month": month}))["monitor"]["uptime"]["runs"]
        for month in ("2026-03", "2026-04")
    ]

    assert runs == [0, 1]


async def test_what_cannot_be_asked_for_is_refused(writer: Asker, world: World) -> None:  # noqa: F811 - the fixture
    monitor = await world.monitor()
    hour = {"from": "2026-03-01T11:00:00Z", "until": "2026-03-01T12:00:00Z"}
    for variables in (
        {"period": {"last": 0}},
        {"period": {"month": "2026-13"}},
        {"period": {"range": {"from": hour["until"], "until": hour["from"]}}},
        {"period": {"range": hour}, "resolution": 59},
        {"period": {"last": 2**31 - 1}, "resolution": 60},
    ):
        refused = await writer.refused(PERFORMANCE, by={"number": monitor.id}, **variables)
        assert refused == [("INVALID", ["monitor", "performance"])], variables
    both = {"last": 60, "month": "2026-03"}
    assert await writer.refused(UPTIME, by={"number": monitor.id}, period=both) == [("BAD_REQUEST", None)]
