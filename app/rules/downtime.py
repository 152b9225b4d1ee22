"""For how long something was down, read from its changes of state (specs/healthchecks.md section 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.rules.states import WatchState


@dataclass(frozen=True, slots=True, order=True)
class Downtime:
    """How long something was down within a span of time, and how many times."""

    total: timedelta = timedelta()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One change of state."""

    at: datetime
    from_state: WatchState
    to_state: WatchState


def downtime(changes: Sequence[Change], state: WatchState, start: datetime, end: datetime) -> Downtime:
    """Return the downtime from `start` to `end`.

    `changes` are all that touched DOWN from `start` or earlier until now, oldest first; what they begin with counts as
    having held before. `state` holds now, and held all along when there is no change. Only DOWN counts, so nothing
    does while a check is paused or before it was made. A downtime that began earlier or ends later counts as one.
    """
    before = changes[0].from_state if changes else state
    steps = [(start, before), *((min(max(each.at, start), end), each.to_state) for each in changes), (end, before)]
    total, count, up_since = timedelta(), 0, None
    for (since, held), (until, _) in pairwise(steps):
        if held is not WatchState.DOWN or since == until:
            continue
        total += until - since
        count += since != up_since
        up_since = until
    return Downtime(total, count)
