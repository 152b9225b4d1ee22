"""What a badge says of the checks behind it (specs/healthchecks.md section 14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.rules.states import WatchState


class BadgeState(StrEnum):
    """The three words of badges; `late` is said by three-state badges only."""

    UP = "up"
    LATE = "late"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks there are, and how many of them are late or down."""

    total: int
    late: int
    down: int


def tally(counts: Mapping[WatchState, int]) -> Tally:
    """Return the tally of so many checks shown in each state."""
    return Tally(sum(counts.values()), counts.get(WatchState.LATE, 0), counts.get(WatchState.DOWN, 0))


def badge_state(tally: Tally, *, with_late: bool) -> BadgeState:
    """Return the worst that is to be said: what is neither late nor down counts as up, as does nothing at all."""
    if tally.down:
        return BadgeState.DOWN
    return BadgeState.LATE if with_late and tally.late else BadgeState.UP
