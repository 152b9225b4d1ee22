"""What a badge says of so many checks in each state."""

import pytest

from app.rules.badges import BadgeState, Tally, badge_state, tally
from app.rules.states import WatchState

NEW, UP, LATE, DEGRADED, DOWN, UNKNOWN = WatchState


@pytest.mark.parametrize(
    ("counts", "two_states", "three_states"),
    [
        ({}, "up", "up"),
        ({UP: 2}, "up", "up"),
        ({NEW: 1}, "up", "up"),
        ({DEGRADED: 1, UNKNOWN: 1}, "up", "up"),
        ({UP: 5, LATE: 1}, "up", "late"),
        ({UP: 5, LATE: 1, DOWN: 1}, "down", "down"),
        ({UP: 5, DOWN: 1}, "down", "down"),
    ],
)
def test_the_worst_of_the_checks_is_said(
    counts: dict[WatchState, int], two_states: BadgeState, three_states: BadgeState
) -> None:
    said = tally(counts)

    assert badge_state(said, with_late=False) == two_states
    assert badge_state(said, with_late=True) == three_states


def test_all_checks_are_counted_whatever_their_state() -> None:
    assert tally(dict.fromkeys(WatchState, 2)) == Tally(total=12, late=2, down=2)
    assert tally({}) == Tally(total=0, late=0, down=0)
