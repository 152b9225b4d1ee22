"""How runs are written: as checks and their calls (specs/apiscience.md section 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import InvalidInput, NotFound, Unavailable
from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.runs.result import FailureKind, RecordedResponse, RunResult, ValidationFailure
from app.store import run_numbers
from app.store.calls import CallRecord
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.runs import RunRecord
from graphql_api.resolvers import monitors
from graphql_api.resolvers.runs import RunPage, run_calls
from rest_compat.apiscience import arguments, envelope, paging
from rest_compat.apiscience.conditions import kind_of
from rest_compat.apiscience.dialect import v1
from rest_compat.apiscience.envelope import Written
from rest_compat.apiscience.wire import monitor_url, template_url
from rest_compat.apiscience.words import number, one_pair_objects, stamp
from rest_compat.routing import Call

_FAILURES = {
    FailureKind.CONNECTION: "Connection",
    FailureKind.REQUEST: "Request",
    FailureKind.PRE_PROCESS_SCRIPT: "PreProcessScript",
    FailureKind.POST_SCRIPT: "PostScript",
    FailureKind.VALIDATION: "Validation",
}


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One executed step; request and response are None when there was none, or it is no longer kept."""

    id: int
    template_id: int | None
    template_name: str | None
    request: StepRequest | None
    response: RecordedResponse | None
    phases: PhaseTimes
    download_bytes: int
    failures: Sequence[ValidationFailure]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One run of a monitor, recorded or tried."""

    id: int
    monitor: MonitorRecord
    outcome: Outcome
    phases: PhaseTimes
    download_bytes: int
    calls: Sequence[ShownCall]
    created_at: datetime


def recorded_check(monitor: MonitorRecord, run: RunRecord, calls: Sequence[CallRecord]) -> ShownCheck:
    """Return a run that is stored, with its calls, as it is shown."""
    return ShownCheck(
        id=run.id,
        monitor=monitor,
        outcome=run.outcome,
        phases=run.phases,
        download_bytes=run.download_bytes,
        calls=[
            ShownCall(
                id=each.id,
                template_id=each.template_id,
                template_name=each.template_name,
                request=each.request,
                response=each.response,
                phases=each.phases,
                download_bytes=each.download_bytes,
                failures=each.validation_failures,
                created_at=each.created_at,
            )
            for each in calls
            if each.outcome is not Outcome.SKIPPED
        ],
        created_at=run.created_at,
    )


def tried_check(monitor: MonitorRecord, result: RunResult, run_id: int, call_ids: Sequence[int]) -> ShownCheck:
    """Return a run that was tried and is stored nowhere, as it is shown; its numbers are given to nothing else."""
    executed = [each for each in result.calls if each.outcome is not Outcome.SKIPPED]
    return ShownCheck(
        id=run_id,
        monitor=monitor,
        outcome=result.outcome,
        phases=result.phases,
        download_bytes=result.download_bytes,
        calls=[
            ShownCall(
                id=number,
                template_id=each.template_id,
                template_name=each.template_name,
                request=each.request,
                response=each.response,
                phases=each.phases,
                download_bytes=each.download_bytes,
                failures=each.validation_failures,
                created_at=each.started_at,
            )
            for number, each in zip(call_ids, executed, strict=False)
        ],
        created_at=result.finished_at,
    )


def check_object(check: ShownCheck, root: str) -> Written:
    """Write a check with its calls; `root` ends with the API's version."""
    monitor = check.monitor
    return {
        "id": check.id,
        "href": f"{root}/checks/{check.id}.json",
        "status": "failure" if check.outcome is Outcome.FAIL else "success",
        "statistics": statistics(check.phases, check.download_bytes),
        "monitor": {"id": monitor.id, "href": monitor_url(root, monitor.id), "name": monitor.name},
        "calls": [_call_object(each, monitor.id, root) for each in check.calls],
        "createdAt": stamp(check.created_at),
        "updatedAt": stamp(check.created_at),
    }


def statistics(phases: PhaseTimes, download_bytes: int) -> Written:
    """Write times in milliseconds, whose sum is `total`, and bytes; TLS is part of connecting."""
    parts = {
        "resolve": _rounded(phases.resolve_ms),
        "connect": _rounded((phases.connect_ms or 0) + (phases.tls_ms or 0)),
        "processing": _rounded(phases.processing_ms),
        "transfer": _rounded(phases.transfer_ms),
        "closing": _rounded(phases.closing_ms),
    }
    return {**parts, "total": number(sum(parts.values())), "downloadSize": download_bytes}


def _rounded(milliseconds: float | None) -> float | int:
    return number(milliseconds or 0)


def _call_object(call: ShownCall, monitor_id: int, root: str) -> Written:
    href = None if call.template_id is None else template_url(root, monitor_id, call.template_id)
    return {
        "id": call.id,
        "template": {"id": call.template_id, "href": href, "name": call.template_name},
        "statistics": statistics(call.phases, call.download_bytes),
        "request": None if call.request is None else _request(call.request),
        "response": None if call.response is None else _response(call.response),
        "validationFailures": [{"kind": _failure_kind(each), "message": each.message} for each in call.failures],
        "createdAt": stamp(call.created_at),
        "updatedAt": stamp(call.created_at),
    }


def _request(request: StepRequest) -> Written:
    return {
        "method": request.method,
        "href": request.href,
        "headers": one_pair_objects(request.headers),
        "body": request.body,
        "params": one_pair_objects(request.params),
    }


def _response(response: RecordedResponse) -> Written:
    return {
        "contentType": response.content_type,
        "stausCode": response.status,
        "statusCode": response.status,
        "headers": one_pair_objects(response.headers),
        "body": response.body,
    }


def _failure_kind(failure: ValidationFailure) -> str:
    if failure.kind is FailureKind.VALIDATION and failure.source is not None and failure.operator is not None:
        return kind_of(failure.source, failure.operator).name
    return _FAILURES[failure.kind]


async def tested(call: Call, result: RunResult) -> Written:
    """Answer with what a test run came to; Unavailable when it says nothing about the target."""
    if result.outcome is Outcome.ERROR:
        raise Unavailable(result.failure.message if result.failure else "The run could not be measured.")
    monitor = await monitors.monitor_get(call.ctx, ref=arguments.ref(call))
    run_id, call_ids = await run_numbers.take(call.ctx.database, len(result.calls))
    shown = tried_check(monitor, result, run_id, call_ids)
    return envelope.one(check_object(shown, v1(call.ctx)))


async def some(call: Call) -> Mapping[str, Any]:
    """Return which checks of which monitor are wanted."""
    try:
        part = paging.page(call).part
    except InvalidInput:
        await monitors.monitor_get(call.ctx, ref=arguments.ref(call))
        raise
    return {
        "ref": arguments.ref(call),
        "limit": part.limit,
        "offset": part.offset,
        "at_most_id": part.at_most_id,
        "measured_only": True,
    }


async def named(call: Call) -> Mapping[str, Any]:
    """Name a check."""
    return {"run_id": arguments.number_in(call, "check")}


async def checks(call: Call, page: RunPage) -> Written:
    """Answer with checks of a monitor, and links to those around them."""
    root = v1(call.ctx)
    shown = [recorded_check(page.monitor, run, page.calls.get(run.id, ())) for run in page.runs]
    links = paging.links(call, f"/monitors/{page.monitor.id}/checks", page.total, page.at_most_id)
    return envelope.many([check_object(each, root) for each in shown], pagination=links)


async def check(call: Call, run: RunRecord) -> Written:
    """Answer with one check; NotFound when it says nothing about the target, and so is in no list."""
    if not run.outcome.is_measured:
        raise NotFound("There is no such check.")
    monitor = await monitors.monitor_get(call.ctx, ref=MonitorRef(id=run.watchable_id))
    found = await run_calls(call.ctx, run_id=run.id)
    return envelope.one(check_object(recorded_check(monitor, run, found), v1(call.ctx)))
