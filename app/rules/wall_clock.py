"""What the clock on a zone's walls does when it is changed."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

_MINUTE = timedelta(minutes=1)


def jump(wall: datetime) -> timedelta:
    """Return how far the clock is set when it shows `wall`: above zero it skips `wall`, below it repeats it."""
    return wall.replace(fold=0).astimezone(UTC) - wall.replace(fold=1).astimezone(UTC)


def past_change(wall: datetime) -> datetime:
    """Return the first minute from that of `wall` on that the clock shows exactly once."""
    wall = wall.replace(second=0, fold=0)
    # What is skipped, or repeated, is as long as the jump, so it ends within one jump from here.
    minutes = range(abs(jump(wall)) // _MINUTE)
    return wall + _MINUTE * bisect_left(minutes, 1, key=lambda minute: not jump(wall + _MINUTE * minute))
