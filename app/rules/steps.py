"""One step of a multi-step run as its scripts, variables and validations see it: all as text. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Pairs = tuple[tuple[str, str], ...]
"""Names and values in order, duplicates and all."""


@dataclass(frozen=True, slots=True)
class StepRequest:
    """What a template asks for; `params` are not yet part of `href`. What may hold secrets is not shown."""

    method: str
    href: str = field(repr=False)
    headers: Pairs = field(default=(), repr=False)
    params: Pairs = field(default=(), repr=False)
    body: str | None = field(default=None, repr=False)


@dataclass(slots=True)
class StepResponse:
    """What came: `statistics` in milliseconds by the names of specs/apiscience.md section 8, `total` among them.

    `certificate_days` is how long the server's certificate is still valid, None where it showed none.
    """

    status: int
    headers: Pairs = field(default=(), repr=False)
    body: str = field(default="", repr=False)
    statistics: Mapping[str, float] = field(default_factory=dict)
    certificate_days: float | None = None
