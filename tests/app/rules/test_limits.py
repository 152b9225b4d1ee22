"""What is left of a limit, as time passes."""

from datetime import UTC, datetime, timedelta

import pytest

from app.rules.limits import Flowing, Monthly

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SIX_A_MINUTE = Flowing(capacity=6, per=timedelta(minutes=1))


@pytest.mark.parametrize(
    ("tokens", "seconds", "left"),
    [(0, 0, 0), (0, 10, 1), (2.5, 5, 3), (5, 10, 6), (6, 3600, 6), (3, -600, 3), (9, 0, 6)],
)
def test_what_was_taken_comes_back_evenly_up_to_the_capacity(tokens: float, seconds: int, left: float) -> None:
    assert SIX_A_MINUTE.left(tokens, NOON, NOON + timedelta(seconds=seconds)) == pytest.approx(left)


def test_there_is_one_more_after_a_pause() -> None:
    assert SIX_A_MINUTE.left(0, NOON, NOON + SIX_A_MINUTE.pause) == 1


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 4, 1, tzinfo=UTC), 500),
        (datetime(2027, 3, 1, tzinfo=UTC), 500),
    ],
)
def test_a_new_month_brings_all_back(now: datetime, left: int) -> None:
    assert Monthly(500).left(2, NOON, now) == left


def test_a_limit_that_was_lowered_holds_at_once() -> None:
    assert Monthly(10).left(400, NOON, NOON) == 10
