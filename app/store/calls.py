"""Calls in the database: one template's request within a run, and what of it is kept packed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from app.db.reader import AnyRow, Reader
from app.models.tables import calls, runs, watchables
from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.rules.validations import ValidationOperator, ValidationSource
from app.runs.result import FailureKind, RecordedResponse, ValidationFailure
from app.security.keys import Vault


@dataclass(frozen=True, slots=True)
class CallRecord:
    """All that is stored of one call, opened. Its request and response are None when no longer kept, or never there."""

    id: int
    run_id: int
    step: int
    template_id: int | None
    template_name: str | None
    outcome: Outcome
    status_code: int | None
    phases: PhaseTimes
    total_ms: float
    download_bytes: int
    request: StepRequest | None = field(repr=False)
    response: RecordedResponse | None = field(repr=False)
    validation_failures: tuple[ValidationFailure, ...]
    created_at: datetime


PHASES = tuple(one.name for one in fields(PhaseTimes))
_SELECT_CALLS = select(calls)


async def of_runs(reader: Reader, vault: Vault, run_ids: Sequence[int]) -> dict[int, tuple[CallRecord, ...]]:
    """Return the calls of these runs in the order of their steps, by the run's number, in one statement."""
    wanted = _SELECT_CALLS.where(calls.c.run_id.in_(run_ids)).order_by(calls.c.run_id, calls.c.step, calls.c.id)
    found: dict[int, tuple[CallRecord, ...]] = {}
    for row in await reader.rows(wanted):
        found[row.run_id] = (*found.get(row.run_id, ()), _record(vault, row))
    return found


async def by_names(reader: Reader, vault: Vault, project_id: int, names: Sequence[str]) -> dict[str, CallRecord]:
    """Return those of the calls of which these are the numbers that are of the project's monitors, by name."""
    joined = calls.join(runs).join(watchables, watchables.c.id == runs.c.watchable_id)
    wanted = select(calls).select_from(joined)
    rows = await reader.rows(wanted.where(watchables.c.project_id == project_id, calls.c.id.in_(list(map(int, names)))))
    return {str(row.id): _record(vault, row) for row in rows}


def _record(vault: Vault, row: AnyRow) -> CallRecord:
    return CallRecord(
        id=row.id,
        run_id=row.run_id,
        step=row.step,
        template_id=row.template_id,
        template_name=row.template_name,
        outcome=row.outcome,
        status_code=row.status_code,
        phases=phases_of(row),
        total_ms=row.total_ms,
        download_bytes=row.download_bytes,
        request=None if row.request_encrypted is None else opened_request(vault, row.request_encrypted),
        response=None if row.response is None else opened_response(row.response),
        validation_failures=opened_failures(row.validation_failures),
        created_at=row.created_at,
    )


def phases_of(row: AnyRow) -> PhaseTimes:
    """Return the times in the columns of a run or call."""
    return PhaseTimes(*(getattr(row, name) for name in PHASES))


def phase_columns(phases: PhaseTimes) -> dict[str, float | None]:
    """Return the columns of a run or call that hold its times, the sum among them."""
    return {name: getattr(phases, name) for name in PHASES} | {"total_ms": phases.total_ms}


def sealed_request(vault: Vault, request: StepRequest) -> str:
    """Return a request as `calls.request_encrypted` holds it."""
    return vault.sealer.seal(_packed(request))


def opened_request(vault: Vault, sealed: str) -> StepRequest:
    """Return what `sealed_request` sealed."""
    plain = orjson.loads(vault.sealer.open(sealed))
    return StepRequest(plain["method"], plain["href"], _pairs(plain["headers"]), _pairs(plain["params"]), plain["body"])


def packed_response(response: RecordedResponse) -> str:
    """Return a response as `calls.response` holds it."""
    return _packed(response)


def opened_response(packed: str) -> RecordedResponse:
    """Return what `packed_response` packed."""
    plain = orjson.loads(packed)
    return RecordedResponse(plain["status"], _pairs(plain["headers"]), plain["body"])


def packed_failures(failures: Sequence[ValidationFailure]) -> str:
    """Return failures as `calls.validation_failures` holds them."""
    return _packed(list(failures))


def opened_failures(packed: str) -> tuple[ValidationFailure, ...]:
    """Return what `packed_failures` packed."""
    return tuple(map(_failure, orjson.loads(packed)))


def _failure(plain: dict[str, Any]) -> ValidationFailure:
    source, operator = plain["source"], plain["operator"]
    return ValidationFailure(
        FailureKind(plain["kind"]),
        plain["message"],
        plain["validation_id"],
        None if source is None else ValidationSource(source),
        None if operator is None else ValidationOperator(operator),
    )


def _pairs(plain: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in plain)


def _packed(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # Scripts can make halves of characters, which no encoding can write.
        plain = [asdict(one) for one in value] if isinstance(value, list) else asdict(value)
        return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace").decode()
