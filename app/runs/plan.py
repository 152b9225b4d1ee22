"""What a worker needs to run a monitor once from one location. Pure data (DESIGN section 3, way 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.rules.steps import StepRequest
from app.rules.validations import Validation


@dataclass(frozen=True, slots=True)
class RunClaim:
    """The right to report one run: whoever names another due instant or lease than the stored one is not heard."""

    monitor_id: int
    location_id: int
    due_at: datetime
    lease: int


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One request and what must hold of its response. `timeout` is seconds, None leaves it to the run.

    `template_id` is None for the one step of an HTTP monitor, which has no template. `secrets` are texts that may be
    sent and are nowhere recorded, such as the values of headers that are marked so.
    """

    request: StepRequest
    template_id: int | None = None
    name: str | None = None
    follow_redirects: bool = False
    timeout: float | None = None
    pre_process_script: str | None = field(default=None, repr=False)
    post_script: str | None = field(default=None, repr=False)
    validations: tuple[tuple[int | None, Validation], ...] = ()
    """Each with the number of its row."""
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A monitor as a run needs it. `timeout` is the seconds that a whole run may take, its retries included.

    `variables` are the JSON values of the project's variables by name, `secrets` the texts of those among them that
    are secret.
    """

    monitor_id: int
    monitor_name: str
    project_id: int
    location_name: str
    steps: tuple[StepPlan, ...]
    timeout: float
    retries: int = 0
    degraded_above_ms: float | None = None
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A plan and the claim by which its result is reported; not begun after `begin_before`, when the lease is short."""

    claim: RunClaim
    plan: RunPlan
    begin_before: datetime
