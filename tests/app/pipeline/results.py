"""Results of runs as workers report them, and monitors that are probed from all of their places."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.db.reader import AnyRow
from app.models.tables import alerts, calls, monitor_locations, outages, runs
from app.pipeline.verdicts import record_results
from app.probes.result import Failure, FailureCode, Phase, PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.runs.plan import RunClaim
from app.runs.result import CallResult, FailureKind, RecordedResponse, RunResult, ValidationFailure
from app.store.monitors import MonitorRecord
from tests.world import World

PASS, SLOW, FAIL, ERROR, SKIPPED = Outcome
REQUEST = StepRequest("GET", "http://shop.example.org/", headers=(("Authorization", "Bearer xyz"),))
PHASES = PhaseTimes(resolve_ms=1.0, connect_ms=2.0, processing_ms=30.0, transfer_ms=4.0, closing_ms=0.5)
REFUSED = Failure(Phase.CONNECT, FailureCode.CONNECTION_REFUSED, "The server refused the connection")
WRONG_STATUS = Failure(Phase.VALIDATION, FailureCode.VALIDATION_FAILED, "Expected the status to equal 200, got 500")
OURS = Failure(Phase.CONNECT, FailureCode.NOT_MEASURED, "The prober could not open a connection")
TOOK = timedelta(milliseconds=40)


def call_result(outcome: Outcome, at: datetime, **values: Any) -> CallResult:
    """A call that was answered with 200, or with 500 if it failed, or not at all."""
    given: dict[str, Any] = {
        "step": 1,
        "template_id": None,
        "template_name": "home",
        "outcome": outcome,
        "started_at": at,
        "request": REQUEST,
        "phases": PHASES,
        "download_bytes": 5,
        "address": "10.0.0.1",
    }
    if outcome in (PASS, SLOW):
        given["response"] = RecordedResponse(200, (("Content-Type", "text/plain"),), "all is well")
    elif outcome is FAIL:
        given["response"] = RecordedResponse(500, (("Content-Type", "text/plain"),), "out of order")
        given["failure"] = WRONG_STATUS
        given["validation_failures"] = (ValidationFailure(FailureKind.VALIDATION, WRONG_STATUS.message, 7),)
    else:
        given["failure"] = OURS
    return CallResult(**{**given, **values})


def run_result(outcome: Outcome, started_at: datetime, calls: Sequence[CallResult] | None = None) -> RunResult:
    """A run of one call, or of these; it fails as the first of them that does."""
    own = (call_result(outcome, started_at),) if calls is None else tuple(calls)
    failure = next((one.failure for one in own if one.failure), None)
    return RunResult(started_at, started_at + TOOK, outcome, PHASES, 5 * len(own), own, failure)


async def probe_everywhere(world: World, monitor: MonitorRecord) -> list[int]:
    """Let every place of the monitor be served by a machine of its own; return the numbers of their locations."""
    everywhere = update(monitor_locations).where(monitor_locations.c.watchable_id == monitor.id)
    async with world.site.database.transaction() as unit:
        await unit.execute(everywhere.values(due_at=world.now, look_at=world.now))
    return [row.location_id for row in await world.places_of(monitor)]


async def claim(world: World, monitor: MonitorRecord, place: int = 0) -> RunClaim:
    """Claim the run that the monitor's place waits for, as the scheduler does."""
    row = (await world.places_of(monitor))[place]
    taken = update(monitor_locations).where(
        monitor_locations.c.watchable_id == monitor.id, monitor_locations.c.location_id == row.location_id
    )
    async with world.site.database.transaction() as unit:
        await unit.execute(taken.values(lease=row.lease + 1, look_at=world.now + timedelta(seconds=55)))
    return RunClaim(monitor.id, row.location_id, row.due_at, row.lease + 1)


async def run(world: World, monitor: MonitorRecord, outcome: Outcome, place: int = 0, **values: Any) -> int:
    """Claim a run at this moment and record that it came to this; return how many results were heard."""
    held = await claim(world, monitor, place)
    return await record_results(world.site, [(held, run_result(outcome, world.now - TOOK, **values))])


async def stored_runs(world: World) -> list[AnyRow]:
    return list(await world.site.database.rows(select(runs).order_by(runs.c.id)))


async def stored_calls(world: World) -> list[AnyRow]:
    return list(await world.site.database.rows(select(calls).order_by(calls.c.run_id, calls.c.step)))


async def stored_alerts(world: World) -> list[AnyRow]:
    return list(await world.site.database.rows(select(alerts).order_by(alerts.c.id)))


async def stored_outages(world: World) -> list[AnyRow]:
    return list(await world.site.database.rows(select(outages).order_by(outages.c.id)))
