"""Reading outages and alerts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.db.unit_of_work import UnitOfWork
from app.models import Alert, Outage, Project
from app.rules.root_cause import Evidence, EvidenceKind
from app.site import Site
from app.store import alerts, outages, projects
from app.store.alerts import AlertWindow
from app.store.outages import OutageWindow
from tests.conftest import START, MovedClock
from tests.world import World, make_world

HOUR = timedelta(hours=1)
SEEN = (
    Evidence(EvidenceKind.RESPONSE, START, 1, "status 500\n\nout of order"),
    Evidence(EvidenceKind.LOG, START + timedelta(microseconds=1), None, "é\N{SNOWMAN}"),
)


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


def outage(watchable_id: int, hour: int, *, hours: int | None = 1) -> Outage:
    """An outage that began in this hour and lasted so many, or that is open."""
    started_at = START + hour * HOUR
    resolved_at = None if hours is None else started_at + hours * HOUR
    return Outage(
        watchable_id=watchable_id,
        started_at=started_at,
        resolved_at=resolved_at,
        cause_summary=f"hour {hour}",
        evidence=outages.packed_evidence(SEEN),
        computed_at=started_at,
    )


def alert(watchable_id: int, hour: int, outage_id: int | None = None, *, is_open: bool = False) -> Alert:
    at = START + hour * HOUR
    return Alert(
        watchable_id=watchable_id,
        outage_id=outage_id,
        at=at,
        resolved_at=None if is_open else at + HOUR,
        output=f"hour {hour}",
    )


async def test_outages_are_read_in_pages_of_each_watchable(world: World) -> None:
    one, two = await world.monitor("one"), await world.monitor("two")
    async with world.site.database.transaction() as unit:
        for hour in range(0, 10, 2):
            await unit.add(outage(one.id, hour), outage(two.id, hour + 1, hours=None if hour == 8 else 1))
    reader, both = world.site.database, [one.id, two.id]

    async def shown(window: OutageWindow) -> dict[int, list[str]]:
        pages = await outages.pages(reader, both, window)
        return {number: [record.cause_summary for record in page] for number, page in pages.items()}

    newest = await outages.pages(reader, both, OutageWindow(limit=2))
    assert [record.cause_summary for record in newest[one.id]] == ["hour 8", "hour 6"]
    assert newest[one.id][0].evidence == SEEN
    below = newest[one.id][-1].id
    assert await shown(OutageWindow(limit=2, below=below)) == {
        one.id: ["hour 4", "hour 2"],
        two.id: ["hour 5", "hour 3"],
    }
    assert await shown(OutageWindow(limit=2, is_open=True)) == {two.id: ["hour 9"]}
    assert (await shown(OutageWindow(limit=1, is_open=False)))[two.id] == ["hour 7"]
    assert await outages.counts(reader, both, OutageWindow(limit=1, is_open=False)) == {one.id: 5, two.id: 4}
    assert list(await outages.open_of(reader, both)) == [two.id]
    assert list(await outages.by_ids(reader, [below])) == [below]


async def test_outages_of_a_stretch_of_time_are_those_that_reach_into_it(world: World) -> None:
    monitor = await world.monitor()
    async with world.site.database.transaction() as unit:
        for hour in (0, 2, 4):
            await unit.add(outage(monitor.id, hour))
        await unit.add(outage(monitor.id, 6, hours=None))

    async def shown(since: float, until: float) -> list[str]:
        window = OutageWindow(limit=9, since=START + since * HOUR, until=START + until * HOUR)
        found = (await outages.pages(world.site.database, [monitor.id], window)).get(monitor.id, [])
        return [record.cause_summary.removeprefix("hour ") for record in found]

    assert await shown(1, 2) == []
    assert await shown(0.5, 2.5) == ["2", "0"]
    assert await shown(3, 4.1) == ["4"]
    assert await shown(100, 200) == ["6"]


async def test_outages_and_alerts_of_a_project_are_only_its_own(world: World) -> None:
    own = await world.monitor("own")
    async with world.site.database.transaction() as unit:
        other_project = await projects.add(unit, Project(name="Other", created_at=world.now))
    foreign = await replace(world, project_id=other_project.id).monitor("foreign")
    async with world.site.database.transaction() as unit:
        rows = [await _both(unit, monitor.id) for monitor in (own, foreign)]
    reader, names = world.site.database, [[row.uuid for row in pair] for pair in rows]

    window = OutageWindow(limit=9)
    assert [record.watchable_id for record in await outages.of_project(reader, world.project_id, window)] == [own.id]
    assert await outages.count_of_project(reader, world.project_id, window) == 1
    found = await outages.by_uuids(reader, world.project_id, [names[0][0], names[1][0]])
    assert list(found) == [names[0][0]]
    told = await alerts.of_project(reader, world.project_id, AlertWindow(limit=9))
    assert [record.watchable_id for record in told] == [own.id]
    assert list(await alerts.by_uuids(reader, world.project_id, [names[0][1], names[1][1]])) == [names[0][1]]


async def _both(unit: UnitOfWork, watchable_id: int) -> tuple[Outage, Alert]:
    pair = outage(watchable_id, 0), alert(watchable_id, 0)
    await unit.add(*pair)
    return pair


async def test_alerts_are_read_in_pages_and_by_their_outage(world: World, clock: MovedClock) -> None:
    one, two = await world.monitor("one"), await world.monitor("two")
    async with world.site.database.transaction() as unit:
        merged = outage(one.id, 0)
        await unit.add(merged)
        for hour in range(4):
            await unit.add(alert(one.id, hour, merged.id if hour < 2 else None))
        await unit.add(alert(two.id, 9, is_open=True))
    reader, both = world.site.database, [one.id, two.id]

    def outputs(found: list[alerts.AlertRecord]) -> list[str]:
        return [record.output for record in found]

    pages = await alerts.pages(reader, both, AlertWindow(limit=2))
    assert {number: outputs(page) for number, page in pages.items()} == {
        one.id: ["hour 3", "hour 2"],
        two.id: ["hour 9"],
    }
    rest = await alerts.pages(reader, both, AlertWindow(limit=9, below=pages[one.id][-1].id, is_open=False))
    assert outputs(rest[one.id]) == ["hour 1", "hour 0"]
    assert outputs((await alerts.open_of(reader, both))[two.id]) == ["hour 9"]
    assert outputs((await alerts.of_outages(reader, [merged.id or 0]))[merged.id or 0]) == ["hour 0", "hour 1"]
    newest = pages[two.id][0]
    assert await alerts.by_ids(reader, [newest.id]) == {newest.id: newest}
