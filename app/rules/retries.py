"""When a message that could not be delivered is tried again."""

from datetime import datetime, timedelta
from random import Random

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (60, 300, 900, 3_600, 10_800, 21_600))
"""Waits after the first, second, … failed attempt; after the last of them the message is given up."""

_JITTER = 0.2


def next_attempt_at(attempt: int, now: datetime, random: Random) -> datetime | None:
    """Return when attempt number `attempt` (from 1), which failed, is followed by another; None to give up."""
    if attempt > len(DELAYS):
        return None
    return now + DELAYS[attempt - 1] * (1 + _JITTER * random.random())
