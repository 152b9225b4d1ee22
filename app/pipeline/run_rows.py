"""The rows of `runs` and `calls` that a result becomes."""

from datetime import datetime
from typing import Any

from app.runs.plan import RunClaim
from app.runs.result import CallResult, RunResult
from app.security.keys import Vault
from app.store.calls import packed_failures, packed_response, phase_columns, sealed_request

MESSAGE_LENGTH = 2_000
"""Characters that are kept of a failure's message."""


def run_row(claim: RunClaim, result: RunResult, now: datetime) -> dict[str, Any]:
    """Return the row of a run; its number is the database's to give."""
    failure = result.failure
    return {
        "watchable_id": claim.monitor_id,
        "location_id": claim.location_id,
        "due_at": claim.due_at,
        "started_at": min(result.started_at, now),
        "outcome": result.outcome,
        **phase_columns(result.phases),
        "download_bytes": result.download_bytes,
        "failure_phase": failure.phase if failure else None,
        "failure_code": failure.code.value if failure else "",
        "failure_message": storable(failure.message, MESSAGE_LENGTH) if failure else "",
        "created_at": now,
    }


def call_row(vault: Vault, call: CallResult, now: datetime) -> dict[str, Any]:
    """Return the row of a call, but for the number of its run."""
    response = call.response
    return {
        "step": call.step,
        "template_id": call.template_id,
        "template_name": call.template_name,
        "outcome": call.outcome,
        "status_code": response.status if response else None,
        **phase_columns(call.phases),
        "download_bytes": call.download_bytes,
        "request_encrypted": sealed_request(vault, call.request),
        "response": packed_response(response) if response else None,
        "validation_failures": packed_failures(call.validation_failures) if call.validation_failures else "[]",
        "created_at": now,
    }


def storable(text: str, limit: int) -> str:
    """Return the start of a text as both databases take it: without NUL, and without halves of characters."""
    cut = text[:limit].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return cut if cut.isascii() else cut.encode("utf-8", "replace").decode()
