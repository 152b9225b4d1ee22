"""When a monitor is run: the grid of its due instants, and how long the claim of a run holds (DESIGN section 3, way 2).

A lease is shorter than any interval, so that a run whose worker died is made good within one.
"""

from datetime import datetime, timedelta

LEASE_MARGIN_SECONDS = 15
"""What a lease has beyond the time of the run itself: for the ways there and back, and for a worker that is busy."""

BEGIN_SECONDS = 10
"""A run begins so soon after it was claimed, or not at all: its result would come when the lease has ended."""


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
