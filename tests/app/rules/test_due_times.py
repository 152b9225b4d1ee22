"""The grid of due instants, and how long a claim holds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.due_times import BEGIN_SECONDS, begin_before, lease_seconds, next_due_at
from tests.conftest import START


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (-5.0, 60),  # a clock that was set back
        (0.0, 60),
        (0.4, 60),
        (59.999, 60),
        (60.0, 120),
        (61.0, 120),
        (3600.0, 3660),
    ],
)
def test_the_next_run_is_due_at_the_first_instant_of_the_grid_after_now(late: float, expected: int) -> None:
    assert next_due_at(START, 60, START + timedelta(seconds=late)) == START + timedelta(seconds=expected)


@given(interval=st.integers(1, 86_400), late=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_no_instant_of_the_grid_lies_between(interval: int, late: timedelta) -> None:
    now = START + late

    due_at = next_due_at(START, interval, now)

    assert now < due_at <= now + timedelta(seconds=interval)
    assert (due_at - START) % timedelta(seconds=interval) == timedelta(0)


def test_a_run_that_begins_in_time_ends_within_its_lease() -> None:
    longest = 40

    ends_at = begin_before(START) + timedelta(seconds=longest)

    assert ends_at < START + timedelta(seconds=lease_seconds(longest))
    assert begin_before(START) == START + timedelta(seconds=BEGIN_SECONDS)
