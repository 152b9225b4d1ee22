"""Reports say of every bucket what a recount of its runs says, and read rows in proportion to the buckets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from app.db.engine import Database
from app.models.tables import rollups, runs
from app.rules.keeping import DAY, HOUR, MINUTE
from app.rules.outcomes import Outcome
from app.rules.report_periods import bucket_edges
from app.store import reports
from app.store.reports import Figures, Percentiles, day_figures, figures, percentiles, total
from tests.graphql_api.test_statements import counted
from tests.recorded import PARTS, place_ids, record, run_at
from tests.world import World, make_world

NOW = datetime(2026, 3, 1, 12, 34, 56, 789_000, tzinfo=UTC)
UNITS = [timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)]
YEAR = 365


@pytest.fixture
async def world(site) -> World:
    return await make_world(site)


def recount(rows: Sequence[dict[str, Any]], start: datetime, end: datetime, location_id: int | None) -> Figures | None:
    """The plain reading: look at each run."""
    own = [
        row
        for row in rows
        if start <= row["created_at"] < end and row["outcome"].is_measured and row["location_id"] is not None
    ]
    own = [row for row in own if location_id in (None, row["location_id"])]
    if not own:
        return None
    totals = [row["total_ms"] for row in own]
    sums = [sum(row[f"{part}_ms"] or 0 for row in own) for part in (*PARTS, "total")]
    counts = [sum(row["outcome"] is outcome for row in own) for outcome in (Outcome.SLOW, Outcome.FAIL)]
    return Figures(len(own), *counts, *sums, min(totals), max(totals))


def shown(found: Sequence[Figures | None]) -> list[Any]:
    """Figures to be compared, whatever the order in which floats were added."""
    return [each and [round(value, 6) for value in values(each)] for each in found]


def values(each: Figures) -> list[float]:
    return [getattr(each, name) for name in Figures.__slots__]


def some_run(random: Random, monitor_id: int, places: Sequence[int | None]) -> dict[str, Any]:
    """A run within the last 89 days, half of them within two, often just at the start of a unit."""
    back = timedelta(days=random.choice((2, 89))) * random.random()
    unit = random.choice(UNITS)
    at = NOW - back
    at -= (at - datetime(1970, 1, 1, tzinfo=UTC)) % unit
    parts = {part: round(random.random() * 100, 3) for part in PARTS if random.random() < 0.8}
    return run_at(at, monitor_id, random.choice(places), random.choice(list(Outcome)), **parts)


def some_edges(random: Random) -> list[datetime]:
    """Ascending instants within the last 89 days, of all grades of raggedness."""
    length = timedelta(days=random.choice((0.01, 1, 88)))
    unit = random.choice(UNITS)
    edges = {NOW - length * random.random() for _ in range(random.randrange(2, 20))}
    ragged = {edge - (edge - datetime(1970, 1, 1, tzinfo=UTC)) % unit for edge in edges}
    return sorted(ragged) if len(ragged) > 1 else sorted(edges)


async def test_figures_are_what_a_recount_of_all_runs_says(world: World):
    random = Random(20140901)
    database = world.site.database
    places = await place_ids(database)
    one, other = await world.monitor("one"), await world.monitor("other")
    rows = [some_run(random, one.id, [*places, None]) for _ in range(600)]
    noise = [some_run(random, other.id, places) for _ in range(50)]
    await record(database, sorted([*rows, *noise], key=lambda row: row["created_at"]))

    for _ in range(60):
        edges, location_id = some_edges(random), random.choice([None, *places])
        found = await figures(database, one.id, edges, now=NOW, location_id=location_id)
        expected = [recount(rows, *span, location_id) for span in pairwise(edges)]
        assert shown(found) == shown(expected), (edges, location_id)
        whole = recount(rows, edges[0], edges[-1], location_id)
        assert shown([total(found)]) == shown([whole])


async def test_a_bucket_has_its_start_and_not_its_end(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    start, end = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    least = timedelta(microseconds=1)
    await record(
        world.site.database,
        [run_at(at, monitor.id, place, connect=10) for at in (start - least, start, end - least, end)],
    )

    found = await figures(world.site.database, monitor.id, [start, end, end + least], now=NOW)

    assert [each and each.runs for each in found] == [2, 1]


async def test_what_figures_say(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    at = NOW - timedelta(hours=1)
    await record(
        world.site.database,
        [
            run_at(at, monitor.id, place, resolve=1, connect=2, tls=3, processing=4, transfer=5, closing=6),
            run_at(at, monitor.id, place, Outcome.SLOW, connect=20, processing=40),
            run_at(at, monitor.id, place, Outcome.FAIL, resolve=2),
            run_at(at, monitor.id, place, Outcome.ERROR, resolve=1000),
        ],
    )

    [found] = await figures(world.site.database, monitor.id, [at, NOW], now=NOW)

    assert found is not None
    assert (found.runs, found.slow, found.failures) == (3, 1, 1)
    assert found.uptime == pytest.approx(2 / 3)
    assert found.mean_total == pytest.approx(83 / 3)
    assert found.mean_phases.resolve_ms == pytest.approx(1)
    assert found.mean_phases.connect_ms == pytest.approx(22 / 3)
    assert found.mean_phases.total_ms == pytest.approx(found.mean_total)
    assert (found.total_min, found.total_max) == (2, 60)


async def test_nothing_measured_is_nothing_and_times_far_away_do_no_harm(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    await record(world.site.database, [run_at(NOW, monitor.id, place, Outcome.SKIPPED)])
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    edges = [first, first + timedelta(days=1), last]

    assert await figures(world.site.database, monitor.id, edges, now=NOW) == [None, None]
    assert await figures(world.site.database, 12345, edges, now=NOW) == [None, None]
    assert total([None, None]) is None

    await record(world.site.database, [run_at(NOW, monitor.id, place)])
    found = await figures(world.site.database, monitor.id, edges, now=NOW)
    assert [each and each.runs for each in found] == [None, 1]


async def test_further_back_than_minutes_and_runs_an_hour_counts_where_it_begins(world: World):
    monitor, (place, *_) = await world.monitor(), await place_ids(world.site.database)
    hour = datetime(2025, 10, 1, 10, tzinfo=UTC)
    await record(
        world.site.database,
        [run_at(hour + timedelta(minutes=minutes), monitor.id, place) for minutes in (0, 15, 45, 60, 105)],
    )
    half = timedelta(minutes=30)

    found = await figures(
        world.site.database, monitor.id, [hour - half, hour + half, hour + 3 * half, hour + 5 * half], now=NOW
    )

    assert [each and each.runs for each in found] == [3, 2, None]


async def test_the_last_day_of_many_monitors(world: World, clock):
    database, places = world.site.database, await place_ids(world.site.database)
    random = Random(1)
    watched = [await world.monitor(str(number)) for number in range(4)]
    day = timedelta(days=1)
    rows = {
        monitor.id: [some_run(random, monitor.id, places) for _ in range(80)]
        + [run_at(at, monitor.id, places[0], connect=7) for at in (NOW, NOW - day, NOW - day - UNITS[0])]
        for monitor in watched[:3]
    }
    await record(database, [row for own in rows.values() for row in own])

    with counted(world.site) as few:
        await day_figures(database, [watched[0].id], NOW)
    with counted(world.site) as many:
        found = await day_figures(database, [monitor.id for monitor in watched], NOW)

    assert len(many) == len(few) == 2
    assert set(found) == set(rows)
    for number, own in rows.items():
        assert shown([found[number]]) == shown([recount(own, NOW - day, NOW + UNITS[0], None)])
    assert await day_figures(database, [], NOW) == {}


async def test_a_year_of_days_reads_one_row_a_day_however_many_runs_there_were(world: World):
    database, (place, *_) = world.site.database, await place_ids(world.site.database)
    monitor = await world.monitor()
    end = datetime(2026, 3, 1, tzinfo=UTC)
    edges = bucket_edges(end - timedelta(days=YEAR), end, timedelta(days=1))
    # given a year of a run a day
    await store_rollups(database, DAY, edges[:-1], monitor.id, place)
    ragged = bucket_edges(NOW - timedelta(days=YEAR), NOW, timedelta(days=1))

    with counted(world.site) as statements:
        found = await figures(database, monitor.id, edges, now=NOW)
        assert len(statements) == 1
        await figures(database, monitor.id, ragged, now=NOW)
        assert len(statements) == 1 + 2
    assert [each and each.runs for each in found] == [1] * YEAR
    before = await rows_read(database, monitor.id, edges)

    # when there is all that many runs would leave: hours, minutes, and runs, of this monitor and of another
    other = await world.monitor("other")
    for number in (monitor.id, other.id):
        await store_rollups(database, HOUR, instants(end, timedelta(hours=1), 1500), number, place)
        await store_rollups(database, MINUTE, instants(end, timedelta(minutes=1), 3000), number, place)
        await store_runs(database, instants(end, timedelta(minutes=1), 1000), number, place)

    # then the report reads as much as before
    after = await rows_read(database, monitor.id, edges)
    assert after == pytest.approx(before, abs=10)
    if not database.is_sqlite:
        assert after == YEAR


def instants(end: datetime, step: timedelta, number: int) -> list[datetime]:
    return [end - step * back for back in range(1, number + 1)]


async def store_rollups(
    database: Database, resolution: int, starts: Sequence[datetime], monitor_id: int, place: int
) -> None:
    sums = dict.fromkeys((*(f"{part}_sum" for part in (*PARTS, "total")), "total_min", "total_max"), 1.0)
    key = {"watchable_id": monitor_id, "resolution": resolution, "location_id": place}
    rows = [{**key, "bucket_at": at, "runs": 1, "slow": 0, "failures": 0, **sums} for at in starts]
    async with database.transaction() as unit:
        await unit.session.execute(insert(rollups), rows)


async def store_runs(database: Database, at: Sequence[datetime], monitor_id: int, place: int) -> None:
    async with database.transaction() as unit:
        await unit.session.execute(insert(runs), [run_at(each, monitor_id, place) for each in at])


async def rows_read(database: Database, monitor_id: int, edges: Sequence[datetime]) -> int:
    """How many roll-ups PostgreSQL looks at for this report; how many steps SQLite's machine takes."""
    taken: dict[str, Any] = {}

    class Noted:
        async def rows(self, database: Database, **parameters: Any) -> list[Any]:
            taken.update(parameters)
            return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(reports._OF_ROLLUPS, database.is_sqlite, Noted())
        await figures(database, monitor_id, edges, now=NOW)
    raw = reports._OF_ROLLUPS[database.is_sqlite]._raw(database)
    async with database.driver() as driver:
        if not database.is_sqlite:
            await driver.execute("ANALYZE rollups")
            [[plan]] = await driver.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {raw.text}", *raw.ordered(taken))
            return sum(looked_at(plan))
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        await driver.set_progress_handler(step, 1)
        await driver.execute_fetchall(raw.text, raw.named(taken))
        await driver.set_progress_handler(None, 0)
        return steps


def looked_at(plan: Any) -> list[int]:
    """Rows that scans of roll-ups gave or dropped, of a plan."""

    def nodes(node: dict[str, Any]) -> list[int]:
        own = []
        if node.get("Relation Name") == "rollups":
            each = (
                node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
            )
            own = [round(each * node["Actual Loops"])]
        return own + [found for child in node.get("Plans", []) for found in nodes(child)]

    return nodes(plan[0]["Plan"])


async def test_percentiles_are_those_of_nearest_rank(world: World, monkeypatch):
    database, places = world.site.database, await place_ids(world.site.database)
    monitor = await world.monitor()
    start = NOW - timedelta(days=2)
    rows = [
        run_at(start + timedelta(minutes=number), monitor.id, places[number % 2], connect=float(100 - number))
        for number in range(100)
    ]
    noise = [run_at(start, monitor.id, places[0], Outcome.ERROR, connect=5000.0)]
    await record(database, [*rows, *noise])

    assert await percentiles(database, monitor.id, start, NOW, now=NOW) == Percentiles(50, 95, 99)
    assert await percentiles(database, monitor.id, start, start + timedelta(minutes=1), now=NOW) == Percentiles(
        100, 100, 100
    )
    assert await percentiles(database, monitor.id, start, NOW, now=NOW, location_id=places[0]) == Percentiles(
        50, 96, 100
    )
    assert await percentiles(database, monitor.id, NOW, NOW + timedelta(days=1), now=NOW) is None
    assert await percentiles(database, monitor.id, NOW - timedelta(days=91), NOW, now=NOW) is None

    # of too many runs the newest count
    monkeypatch.setattr(reports, "_RANKED", reports.PreparedSelect(reports._ranked(at_most=4)))
    assert await percentiles(database, monitor.id, start, NOW, now=NOW) == Percentiles(2, 4, 4)
