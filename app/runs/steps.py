"""One step of a run, from its script before the request to its validations (specs/apiscience.md section 9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import Clock
from app.errors import InvalidInput, Unavailable
from app.probes.http import MAX_BODY_BYTES, RECORDED_BODY_BYTES, Prober, exchange
from app.probes.result import Failure, FailureCode, HttpExchange, Phase, PhaseTimes, Request, Response
from app.rules.outcomes import Outcome
from app.rules.steps import StepResponse
from app.rules.validations import ValidationSource
from app.runs.bodies import body_text
from app.runs.budget import Budget, TimeIsOver
from app.runs.plan import StepPlan
from app.runs.recording import Recorder
from app.runs.result import CallResult, FailureKind, RecordedResponse, ValidationFailure
from app.runs.scripts import RunScripts
from app.runs.sending import sendable
from app.scripting.judging import Judges
from app.scripting.process import ScriptError
from app.scripting.session import TemplateFacts

_SECONDS_OF_A_DAY = 86_400
_WANT_THE_BODY = frozenset({ValidationSource.BODY, ValidationSource.JSON_PATH})
_TIME_IS_OVER = "The run's time was over before all of the step was done"
_TIME_WENT_BY = "The run's time went by while its scripts and validations waited for their turn"


@dataclass(slots=True)
class Means:
    """What all steps of a run share."""

    prober: Prober
    judges: Judges
    scripts: RunScripts
    budget: Budget
    recorder: Recorder
    clock: Clock


async def called(means: Means, number: int, step: StepPlan) -> CallResult:
    """Do a step, the one of this number from 1, and tell how it went. Whatever goes wrong is in the result."""
    call = _Call(means, number, step)
    try:
        await call.make()
    except Unavailable as error:
        call.not_measured(error.message)
    except TimeIsOver:
        call.out_of_time()
    return call.result()


def skipped(number: int, step: StepPlan, *, recorder: Recorder, now: datetime) -> CallResult:
    """Tell of a step that was not done."""
    request = recorder.request(step.request)
    return CallResult(number, step.template_id, step.name, Outcome.SKIPPED, now, request)


class _Call:
    """A step that is being done."""

    def __init__(self, means: Means, number: int, step: StepPlan) -> None:
        self._means = means
        self._number = number
        self._step = step
        self._request = step.request
        self._started_at = means.clock()
        self._phase = Phase.SCRIPT if means.scripts.scripted else Phase.RESOLVE
        self._done: HttpExchange | None = None
        self._download_bytes = 0
        self._response: RecordedResponse | None = None
        self._outcome = Outcome.PASS
        self._wrong: list[ValidationFailure] = []
        self._failure: Failure | None = None

    async def make(self) -> None:
        """Do all of it; TimeIsOver or Unavailable when something could not be done."""
        request = await self._prepared()
        response = None if request is None else await self._answer(request)
        if response is None:
            return
        self._phase = Phase.SCRIPT
        if self._step.post_script:
            try:
                await self._means.scripts.post(self._step.post_script)
            except ScriptError as error:
                self._script_failed(FailureKind.POST_SCRIPT, error)
        self._phase = Phase.VALIDATION
        await self._judge(response)

    def not_measured(self, message: str) -> None:
        """Note that it is our trouble: nothing is known of the target."""
        self._wrong.clear()
        self._outcome = Outcome.ERROR
        self._failure = Failure(self._phase, FailureCode.NOT_MEASURED, self._means.recorder.message(message))

    def out_of_time(self) -> None:
        """Note that there was no time left, and whose doing that is."""
        if self._means.budget.went_to_target:
            self._fail(FailureKind.CONNECTION, Failure(self._phase, FailureCode.TIMEOUT, _TIME_IS_OVER))
        else:
            self.not_measured(_TIME_WENT_BY)

    def result(self) -> CallResult:
        """Return what is told of it."""
        done = self._done
        return CallResult(
            step=self._number,
            template_id=self._step.template_id,
            template_name=self._step.name,
            outcome=self._outcome,
            started_at=self._started_at,
            request=self._means.recorder.request(self._request),
            response=self._response,
            phases=done.phases if done else PhaseTimes(),
            download_bytes=self._download_bytes,
            certificate=done.certificate if done else None,
            address=done.address if done else None,
            validation_failures=tuple(self._wrong),
            failure=self._failure,
        )

    async def _prepared(self) -> Request | None:
        """Run the script before the request and fill in names; None when there is nothing to send."""
        scripts, step = self._means.scripts, self._step
        scripts.step(TemplateFacts(step.template_id, step.name), step.request)
        if step.pre_process_script:
            try:
                self._request = await scripts.pre(step.pre_process_script)
            except ScriptError as error:
                self._script_failed(FailureKind.PRE_PROCESS_SCRIPT, error)
                return None
        try:
            self._request = await scripts.filled(self._request)
            return sendable(self._request)
        except InvalidInput as error:
            self._fail(FailureKind.REQUEST, Failure(Phase.RESOLVE, FailureCode.INVALID_REQUEST, error.message))
        except ScriptError as error:
            self._script_failed(FailureKind.REQUEST, error)
        return None

    async def _answer(self, request: Request) -> StepResponse | None:
        """Send it; None when no response came that scripts and validations could look at."""
        self._done = done = await self._exchange(request)
        self._download_bytes = _downloaded(done)
        response, failure = done.response, done.failure
        if failure is not None and failure.code is FailureCode.INVALID_REQUEST and not done.hops:
            self._fail(FailureKind.REQUEST, failure)
            return None
        if failure is not None or response is None:
            self._means.scripts.answered(self._request, None)
            self._disconnected(failure)
            return None
        seen = self._seen(response, done)
        self._response = self._means.recorder.response(response, seen.body)
        self._means.scripts.answered(self._request, seen)
        return seen

    async def _exchange(self, request: Request) -> HttpExchange:
        means, step = self._means, self._step
        left = means.budget.left
        sending = exchange(
            request,
            prober=means.prober,
            deadline=left if step.timeout is None else min(left, step.timeout),
            follow_redirects=step.follow_redirects,
            body_limit=MAX_BODY_BYTES if self._wants_all_of_the_body() else RECORDED_BODY_BYTES,
        )
        return await means.budget.on_target(sending)

    def _wants_all_of_the_body(self) -> bool:
        return (
            self._means.scripts.scripted
            # Masking has to see what lies beyond the end of what is kept.
            or self._means.recorder.has_secrets
            or any(validation.source in _WANT_THE_BODY for _, validation in self._step.validations)
        )

    def _disconnected(self, failure: Failure | None) -> None:
        """Note that the exchange failed, and whether that is the target's doing."""
        failure = failure or Failure(Phase.PROCESSING, FailureCode.INVALID_RESPONSE, "There was no response")
        budget = self._means.budget
        self._phase = failure.phase
        if failure.code is FailureCode.NOT_MEASURED:
            self.not_measured(failure.message)
        elif failure.code is FailureCode.TIMEOUT and budget.is_over and not budget.went_to_target:
            self.not_measured(_TIME_WENT_BY)
        else:
            self._fail(FailureKind.CONNECTION, failure)

    def _seen(self, response: Response, done: HttpExchange) -> StepResponse:
        """Return the response as scripts and validations see it."""
        days = None
        if done.certificate is not None:
            days = (done.certificate.not_after - self._means.clock()).total_seconds() / _SECONDS_OF_A_DAY
        statistics = _statistics(done.phases, self._download_bytes)
        return StepResponse(response.status, response.headers, body_text(response), statistics, days)

    async def _judge(self, response: StepResponse) -> None:
        conditions = self._step.validations
        if not conditions:
            return
        means = self._means
        judgements = await means.budget.on_us(
            means.judges.judged,
            [validation for _, validation in conditions],
            response,
            means.scripts,
            deadline=means.budget.until,
        )
        for (row, validation), judgement in zip(conditions, judgements, strict=True):
            if not judgement.passed:
                failure = Failure(Phase.VALIDATION, FailureCode.VALIDATION_FAILED, judgement.message)
                self._fail(FailureKind.VALIDATION, failure, row, validation.source, validation.operator)

    def _script_failed(self, kind: FailureKind, error: ScriptError) -> None:
        self._fail(kind, Failure(Phase.SCRIPT, FailureCode.SCRIPT_FAILED, str(error)))

    def _fail(self, kind: FailureKind, failure: Failure, *of_validation: Any) -> None:
        message = self._means.recorder.message(failure.message)
        self._outcome = Outcome.FAIL
        self._wrong.append(ValidationFailure(kind, message, *of_validation))
        self._failure = self._failure or Failure(failure.phase, failure.code, message)


def _downloaded(done: HttpExchange) -> int:
    last = done.response.body_size if done.response else 0
    return last + sum(hop.body_size for hop in done.hops) if done.hops else last


def _statistics(phases: PhaseTimes, download_bytes: int) -> dict[str, float]:
    """Return the figures by the names of specs/apiscience.md section 8, where connecting includes the handshake."""
    return {
        "resolve": phases.resolve_ms or 0.0,
        "connect": (phases.connect_ms or 0.0) + (phases.tls_ms or 0.0),
        "processing": phases.processing_ms or 0.0,
        "transfer": phases.transfer_ms or 0.0,
        "closing": phases.closing_ms or 0.0,
        "total": phases.total_ms,
        "downloadSize": download_bytes,
    }
