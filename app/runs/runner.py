"""Runs of monitors: all steps in order, repeated when they fail (specs/apiscience.md sections 8 and 9).

async with Runner(allow_private=False, clock=system_clock) as runner:
    result = await runner.run(plan)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from app.clock import Clock
from app.probes.http import Prober
from app.probes.resolver import Resolver
from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.validations import ValidationSource
from app.runs.budget import Budget
from app.runs.plan import RunPlan, StepPlan
from app.runs.recording import Recorder
from app.runs.result import CallResult, RunResult
from app.runs.scripts import RunScripts
from app.runs.steps import Means, called, skipped
from app.scripting.judging import Judges
from app.scripting.session import MonitorFacts, RunFacts, ScriptPool


@dataclass(slots=True)
class _Attempt:
    """One time through all steps."""

    outcome: Outcome
    calls: tuple[CallResult, ...]
    phases: PhaseTimes
    logs: tuple[str, ...]


class Runner:
    """Runs any number of plans at once on one event loop: make it there, and close it there.

    `allow_private` lets targets have loopback and private addresses. `resolver` and `authorities` stand in for the
    machine's own, `script_children` for one child process a core.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        clock: Clock,
        resolver: Resolver | None = None,
        authorities: str | None = None,
        script_children: int | None = None,
    ) -> None:
        self._clock = clock
        self._prober = Prober(allow_private=allow_private, resolver=resolver, authorities=authorities)
        self._scripts = ScriptPool(script_children)
        self._judges = Judges()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End what runs, as not measured, and give everything back."""
        self._prober.close()
        self._judges.close()
        await self._scripts.close()

    async def run(self, plan: RunPlan) -> RunResult:
        """Run a plan and tell how it went; whatever targets, scripts and validations do, it raises nothing.

        A run that fails is repeated at once, as often as the plan says and as long as its time lasts. The last attempt
        that measured counts.
        """
        started_at = self._clock()
        budget = Budget(plan.timeout)
        recorder = Recorder(_secrets(plan))
        attempt = await self._attempt(plan, budget, recorder)
        for _ in range(plan.retries):
            if attempt.outcome is not Outcome.FAIL or budget.is_over:
                break
            again = await self._attempt(plan, budget, recorder)
            if again.outcome.is_measured:
                attempt = again
        return RunResult(
            started_at=started_at,
            finished_at=self._clock(),
            outcome=attempt.outcome,
            phases=attempt.phases,
            download_bytes=sum(call.download_bytes for call in attempt.calls),
            calls=attempt.calls,
            failure=next((call.failure for call in attempt.calls if call.failure), None),
            logs=attempt.logs,
        )

    async def _attempt(self, plan: RunPlan, budget: Budget, recorder: Recorder) -> _Attempt:
        facts = RunFacts(MonitorFacts(plan.monitor_id, plan.monitor_name, plan.location_name), plan.variables)
        owner = str(plan.project_id)
        with self._scripts.session(facts, owner=owner, deadline=budget.until, clock=self._clock) as session:
            scripts = RunScripts(session, budget, scripted=any(map(_has_script, plan.steps)))
            means = Means(self._prober, self._judges, scripts, budget, recorder, self._clock)
            calls = await _calls(means, plan.steps)
            logs = tuple(map(recorder.message, session.logs))
        phases = sum((call.phases for call in calls[1:]), calls[0].phases) if calls else PhaseTimes()
        return _Attempt(_outcome(calls, phases.total_ms, plan.degraded_above_ms), tuple(calls), phases, logs)


async def _calls(means: Means, steps: Sequence[StepPlan]) -> list[CallResult]:
    """Do the steps in turn; what lies behind one that was not measured, or behind the end of a failed run, is not."""
    calls: list[CallResult] = []
    done = 0
    for done, step in enumerate(steps, 1):
        calls.append(call := await called(means, done, step))
        is_settled = call.outcome is Outcome.FAIL and means.budget.is_over
        if is_settled or not call.outcome.is_measured:
            break
    now = means.clock()
    rest = enumerate(steps[done:], done + 1)
    return calls + [skipped(number, step, recorder=means.recorder, now=now) for number, step in rest]


def _outcome(calls: Sequence[CallResult], total_ms: float, degraded_above_ms: float | None) -> Outcome:
    outcomes = {call.outcome for call in calls}
    if Outcome.FAIL in outcomes:
        return Outcome.FAIL
    if Outcome.ERROR in outcomes:
        return Outcome.ERROR
    if not outcomes:
        return Outcome.SKIPPED
    return Outcome.SLOW if degraded_above_ms is not None and total_ms > degraded_above_ms else Outcome.PASS


def _secrets(plan: RunPlan) -> Iterator[str]:
    """Return those of all steps: what one sends, another may show."""
    yield from plan.secrets
    for step in plan.steps:
        yield from step.secrets


def _has_script(step: StepPlan) -> bool:
    return bool(
        step.pre_process_script
        or step.post_script
        or any(validation.source is ValidationSource.JAVASCRIPT for _, validation in step.validations)
    )
