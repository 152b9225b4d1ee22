"""Run: one execution of a monitor from one location; and TrialRun, which is recorded nowhere."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.probes.result import PhaseTimes as Times
from app.rules.outcomes import Outcome
from app.runs.result import CallResult, RunResult
from app.store.calls import CallRecord
from app.store.locations import LocationRecord
from app.store.monitors import MonitorRecord
from app.store.runs import RunRecord
from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.call import Call, Recorded
from graphql_api.nodes.location import Location
from graphql_api.nodes.measured import Failure, PhaseTimes
from graphql_api.nodes.node import Node

if TYPE_CHECKING:
    from graphql_api.nodes.monitor import Monitor

_STEPS = 10
"""What the calls of a run cost: few monitors have more steps."""


def _phases(root: RunRecord) -> Times:
    return root.phases


def _failure(root: RunRecord) -> Failure | None:
    if root.failure_phase is None:
        return None
    return Failure(phase=root.failure_phase, code=root.failure_code, message=root.failure_message)


def _download_bytes(root: RunRecord) -> float:
    return float(root.download_bytes)


async def _monitor(root: RunRecord, info: Info) -> MonitorRecord | None:
    return await info.context.loaders.monitor.load(root.watchable_id)


async def _location(root: RunRecord, info: Info) -> LocationRecord | None:
    return None if root.location_id is None else await info.context.loaders.location.load(root.location_id)


async def _calls(root: RunRecord, info: Info) -> list[CallRecord]:
    return list(await info.context.loaders.calls.load(root.id))


def _trial_calls(root: RunResult) -> list[CallResult]:
    return list(root.calls)


def _logs(root: RunResult) -> list[str]:
    return list(root.logs)


@node_type(RunRecord, "One execution of a monitor from one location.")
class Run(Node):
    """Describes `RunRecord`."""

    monitor: Annotated["Monitor", strawberry.lazy("graphql_api.nodes.monitor")] | None = fetched(
        _monitor, "The monitor that was run."
    )
    location: Location | None = fetched(_location, "Where it was run from; null when the place is gone.")
    due_at: datetime = stored("The instant of the schedule that it served.")
    started_at: datetime = stored("When it began.")
    outcome: Outcome = stored("What it came to.")
    phases: PhaseTimes = plain(_phases, "The parts of its time, summed over its calls.")
    download_bytes: float = plain(_download_bytes, "How many bytes of bodies came.")
    failure: Failure | None = plain(_failure, "What went wrong first; null when nothing did.")
    calls: list[Call] = fetched(_calls, "Its requests, in their order.", cost=Cost(weight=_STEPS))


@node_type(CallResult, "One step's request within a test run.")
class TrialCall(Recorded):
    """Describes `CallResult`."""


@node_type(
    RunResult, "A run that somebody asked for. It is recorded nowhere, and tells what a run of the schedule would."
)
class TrialRun:
    """Describes `RunResult`."""

    started_at: datetime = stored("When it began.")
    finished_at: datetime = stored("When it ended.")
    outcome: Outcome = stored("What it came to.")
    phases: PhaseTimes = stored("The parts of its time, summed over its calls.")
    failure: Failure | None = stored("What went wrong first; null when nothing did.")
    calls: list[TrialCall] = plain(_trial_calls, "Its requests, in their order.")
    logs: list[str] = plain(_logs, "What its scripts printed.")
