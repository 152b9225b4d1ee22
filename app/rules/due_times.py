"""When a monitor is run: the grid of its due instants, and how long the claim of a run holds (DESIGN section 3, way 2).

A lease is shorter than any interval, so that a run whose worker died is made good within one.
"""

from datetime import datetime, timedelta

LEASE_MARGIN_SECONDS = 15
"""What a lease has beyond the time of the run itself: for the ways there and back, and for a worker that is busy."""

BEGIN_SECONDS = 10
"""A run begins so soon after it was claimed, or not at all: its result would come when the lease has ended."""


FEW_AT_ONCE = 20
"""So many monitors may begin together; of more, each has its own place in half a minute."""

_STEP = timedelta(milliseconds=10)
_STEPS = 3_000


def spread(monitor_id: int, together: int) -> timedelta:
    """Return how much a monitor is moved, less than the shortest interval, when so many are started together.

    On one instant of the grid they would all be run at once for ever, and measure each other.
    """
    return _STEP * (monitor_id % _STEPS) if together > FEW_AT_ONCE else timedelta()


def next_due_at(due_at: datetime, interval: int, now: datetime) -> datetime:
    """Return the first instant after now, and after the one that was served, on its grid of `interval` seconds.

    What was missed meanwhile is not made good.
    """
    missed = (now - due_at) // timedelta(seconds=interval)
    return due_at + timedelta(seconds=interval) * (max(missed, 0) + 1)


def lease_seconds(timeout: int) -> int:
    """Return how long the claim of a run holds that may itself take `timeout` seconds."""
    return timeout + LEASE_MARGIN_SECONDS


def begin_before(claimed_at: datetime) -> datetime:
    """Return until when a run that was claimed then may begin."""
    return claimed_at + timedelta(seconds=BEGIN_SECONDS)
