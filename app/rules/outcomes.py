"""The words for what a run or a call came to."""

from enum import StrEnum


class Outcome(StrEnum):
    """`SLOW` passed, above the limit of its monitor. `ERROR` was not measured: it says nothing about the target.

    `SKIPPED` was not run at all: a call behind one that could not be made.
    """

    PASS = "PASS"  # noqa: S105 - no password
    SLOW = "SLOW"
    FAIL = "FAIL"
    ERROR = "ERROR"
    SKIPPED = "SKIPPED"

    @property
    def is_measured(self) -> bool:
        """Tell whether it says anything about the target."""
        return self in (Outcome.PASS, Outcome.SLOW, Outcome.FAIL)


class ProbeKind(StrEnum):
    """What a monitor probes: one address, or the requests of its templates in turn."""

    HTTP = "HTTP"
    API = "API"
