"""Failed messages are tried again with growing waits, and given up in the end."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.rules.retries import DELAYS, next_attempt_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(attempt=st.integers(1, len(DELAYS)), random=st.randoms(use_true_random=False))
def test_the_wait_is_the_attempts_own_with_a_fifth_of_jitter(attempt: int, random: Random) -> None:
    again_at = next_attempt_at(attempt, NOW, random)

    assert again_at is not None
    assert DELAYS[attempt - 1] <= again_at - NOW <= DELAYS[attempt - 1] * 1.2


@given(attempt=st.integers(len(DELAYS) + 1, 1000))
def test_after_the_last_wait_it_is_given_up(attempt: int) -> None:
    assert next_attempt_at(attempt, NOW, Random(1)) is None


def test_waits_grow_from_a_minute_to_hours() -> None:
    assert list(DELAYS) == sorted(set(DELAYS))
    assert DELAYS[0] == timedelta(minutes=1)
    assert timedelta(hours=8) < sum(DELAYS, timedelta()) < timedelta(hours=24)


def test_messages_that_failed_together_are_not_tried_together() -> None:
    random = Random(7)

    assert len({next_attempt_at(1, NOW, random) for _ in range(50)}) == 50
