"""What a worker tells of a run. Pure data (specs/apiscience.md section 8, GRAPHQL.md section 6)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.probes.result import Certificate, Failure, PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.rules.validations import ValidationOperator, ValidationSource


@dataclass(slots=True)
class RecordedResponse:
    """What is kept of a response: its body as text, at most 64 KiB, bytes that are no text replaced."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: str = field(repr=False)

    @property
    def content_type(self) -> str | None:
        """The first Content-Type header."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)


class FailureKind(StrEnum):
    """What of a step went wrong."""

    CONNECTION = "CONNECTION"
    REQUEST = "REQUEST"
    PRE_PROCESS_SCRIPT = "PRE_PROCESS_SCRIPT"
    POST_SCRIPT = "POST_SCRIPT"
    VALIDATION = "VALIDATION"


@dataclass(frozen=True, slots=True)
class ValidationFailure:
    """One thing that did not hold of a call; of a validation, its row and its words, as the row may change or go."""

    kind: FailureKind
    message: str
    validation_id: int | None = None
    source: ValidationSource | None = None
    operator: ValidationOperator | None = None


@dataclass(slots=True)
class CallResult:
    """One step as it went. `request` is as it was sent, after scripts and variables, secrets masked.

    `phases` and `download_bytes` cover all hops of the redirects that were followed. `failure` is the first thing that
    went wrong, None for a call that passed.
    """

    step: int
    template_id: int | None
    template_name: str | None
    outcome: Outcome
    started_at: datetime
    request: StepRequest
    response: RecordedResponse | None = None
    phases: PhaseTimes = field(default_factory=PhaseTimes)
    download_bytes: int = 0
    certificate: Certificate | None = None
    address: str | None = None
    validation_failures: tuple[ValidationFailure, ...] = ()
    failure: Failure | None = None


@dataclass(slots=True)
class RunResult:
    """A run as it went: the sums over its calls, and what went wrong first. `logs` is what its scripts printed."""

    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    phases: PhaseTimes
    download_bytes: int
    calls: tuple[CallResult, ...]
    failure: Failure | None = None
    logs: tuple[str, ...] = field(default=(), repr=False)
