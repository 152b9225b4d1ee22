"""Test runs: one runner made when it is needed, so many at once, and none that lasts for ever."""

import asyncio
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import pytest

from app.errors import LimitReached, Unavailable
from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.runs.plan import RunPlan, StepPlan
from app.runs.result import RunResult
from app.runs.trial import LONGEST_SECONDS, MOST_AT_ONCE, Trials

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DONE = RunResult(NOW, NOW, Outcome.PASS, PhaseTimes(), 0, ())


class StandIn:
    """Stands in for the runner: runs wait until they are let go."""

    def __init__(self) -> None:
        self.plans: list[RunPlan] = []
        self.opened = self.closed = 0
        self.go, self.are_many = asyncio.Event(), asyncio.Event()

    def __call__(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        self.opened += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed += 1

    async def run(self, plan: RunPlan) -> RunResult:
        self.plans.append(plan)
        if len(self.plans) == MOST_AT_ONCE:
            self.are_many.set()
        await self.go.wait()
        return DONE


def plan(**changes: object) -> RunPlan:
    step = StepPlan(StepRequest("GET", "http://a.test/"))
    values = {"monitor_id": 1, "monitor_name": "", "project_id": 1, "location_name": "", "timeout": 40.0}
    return RunPlan(**{**values, "steps": (step,), **changes})


async def test_a_runner_is_made_by_the_first_run_and_serves_all() -> None:
    runner = StandIn()
    runner.go.set()
    trials = Trials(runner)
    assert runner.opened == 0

    assert await asyncio.gather(*(trials.run(plan()) for _ in range(3))) == [DONE] * 3

    assert (runner.opened, runner.closed) == (1, 0)
    await trials.close()
    assert runner.closed == 1


async def test_closing_what_was_never_used_makes_nothing() -> None:
    runner = StandIn()

    await Trials(runner).close()

    assert (runner.opened, runner.closed) == (0, 0)


@pytest.mark.parametrize(("given", "kept"), [(40.0, 40.0), (300.0, LONGEST_SECONDS)], ids=["short", "long"])
async def test_steps_run_once_within_a_minute(given: float, kept: float) -> None:
    runner = StandIn()
    runner.go.set()

    await Trials(runner).run(plan(timeout=given, retries=3))

    [seen] = runner.plans
    assert (seen.timeout, seen.retries, len(seen.steps)) == (kept, 0, 1)


async def test_one_more_than_may_run_is_refused_at_once_and_room_is_made_again() -> None:
    runner = StandIn()
    trials = Trials(runner)
    running = [asyncio.create_task(trials.run(plan())) for _ in range(MOST_AT_ONCE)]
    await runner.are_many.wait()

    with pytest.raises(LimitReached) as refused:
        await trials.run(plan())

    assert (refused.value.limit, refused.value.used) == (MOST_AT_ONCE, MOST_AT_ONCE)
    runner.go.set()
    assert await asyncio.gather(*running) == [DONE] * MOST_AT_ONCE
    assert await trials.run(plan()) == DONE


async def test_a_runner_that_does_not_end_is_given_up_and_leaves_room() -> None:
    runner = StandIn()
    trials = Trials(runner, patience=0)

    for _ in range(MOST_AT_ONCE + 1):
        with pytest.raises(Unavailable):
            await trials.run(plan())
