"""Numbers for runs that are stored nowhere: no stored run has them, before or after."""

from sqlalchemy import func, insert, select

from app.db.engine import Database
from app.models.tables import calls, runs
from app.rules.outcomes import Outcome, ProbeKind
from app.site import Site
from app.store import monitors, run_numbers
from app.store.monitors import new_monitor
from app.store.projects import ProjectRecord


async def a_run(site: Site, project: ProjectRecord) -> tuple[int, int]:
    """Store a run with one call and return their numbers."""
    now = site.clock()
    async with site.database.transaction() as unit:
        monitor = new_monitor(project.id, ProbeKind.API, "m", 60, now)
        await monitors.add(unit, monitor)
        run = insert(runs).values(
            watchable_id=monitor.id, due_at=now, started_at=now, outcome=Outcome.PASS, created_at=now,
            total_ms=0.0, download_bytes=0, failure_code="", failure_message="",
        )  # fmt: skip
        run_id = (await unit.execute(run.returning(runs.c.id))).scalar_one()
        call = insert(calls).values(
            run_id=run_id, step=1, outcome=Outcome.PASS, total_ms=0.0, download_bytes=0,
            validation_failures="[]", created_at=now,
        )  # fmt: skip
        return run_id, (await unit.execute(call.returning(calls.c.id))).scalar_one()


async def test_no_number_is_given_twice(site: Site, project: ProjectRecord, database: Database):
    first = await run_numbers.take(database, 2)
    stored = await a_run(site, project)
    second = await run_numbers.take(database, 1)
    later = await a_run(site, project)

    assert len({first[0], stored[0], second[0], later[0]}) == 4
    assert len({*first[1], stored[1], *second[1], later[1]}) == 5
    assert first[0] < stored[0] < second[0] < later[0]
    row = await database.row(select(func.count()).select_from(runs))
    assert row is not None and row[0] == 2


async def test_a_run_without_calls_takes_no_number_of_a_call(database: Database):
    assert (await run_numbers.take(database, 0))[1] == []


async def test_the_numbers_of_rows_are_those_behind_what_was_taken(database: Database):
    """Given a number that was shown, when runs are stored under numbers of their own, then none has it."""
    shown, _ = await run_numbers.take(database, 0)
    async with database.transaction() as unit:
        numbers = await run_numbers.for_rows(unit, 3)

    assert numbers == [shown + 1, shown + 2, shown + 3]
