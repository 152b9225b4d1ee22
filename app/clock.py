"""The clock: the one place that asks the system for the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present instant, aware and in UTC."""


def system_clock() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)
