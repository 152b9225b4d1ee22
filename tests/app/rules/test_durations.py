"""How long runs took (specs/healthchecks.md section 7.1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.rules.durations import LONGEST_RUN, run_durations
from app.rules.states import PingKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUCCESS, START, FAIL, LOG, IGNORED = PingKind.SUCCESS, PingKind.START, PingKind.FAIL, PingKind.LOG, PingKind.IGNORED


@dataclass
class Logged:
    number: int
    kind: PingKind
    at: datetime
    run_key: str | None = None


def log_of(*pings: tuple[PingKind, float] | tuple[PingKind, float, str]) -> list[Logged]:
    """Number pings of (kind, seconds[, run key]) from 1."""
    return [
        Logged(number, kind, NOW + timedelta(seconds=seconds), *key)
        for number, (kind, seconds, *key) in enumerate(pings, start=1)
    ]


def seconds(pings: list[Logged]) -> dict[int, float]:
    return {number: duration.total_seconds() for number, duration in run_durations(pings).items()}


def test_a_success_or_failure_ends_the_run_that_a_start_began() -> None:
    assert seconds(log_of((START, 0), (SUCCESS, 1.25), (START, 10), (FAIL, 13))) == {2: 1.25, 4: 3}


def test_an_end_without_a_start_has_no_duration() -> None:
    assert seconds(log_of((SUCCESS, 0), (START, 1), (SUCCESS, 3), (SUCCESS, 9))) == {3: 2}


def test_logs_and_ignored_signals_do_not_break_the_pair() -> None:
    assert seconds(log_of((START, 0), (LOG, 1), (IGNORED, 2), (SUCCESS, 3))) == {4: 3}


def test_a_second_start_restarts_the_clock() -> None:
    assert seconds(log_of((START, 0), (START, 5), (SUCCESS, 6))) == {3: 1}


def test_runs_are_told_apart_by_their_keys() -> None:
    pings = log_of((START, 0, "a"), (START, 1, "b"), (SUCCESS, 2), (SUCCESS, 4, "a"), (FAIL, 7, "b"), (SUCCESS, 8, "b"))

    assert seconds(pings) == {4: 4, 5: 6}


def test_a_run_of_72_hours_is_too_long_to_be_one() -> None:
    limit = LONGEST_RUN.total_seconds()

    assert seconds(log_of((START, 0), (SUCCESS, limit - 0.000001))) == {2: limit - 0.000001}
    assert seconds(log_of((START, 0), (SUCCESS, limit))) == {}


def plainly(pings: list[Logged]) -> dict[int, timedelta]:
    """Look back from each end for the nearest start of the same run that no other end lies behind."""
    found = {}
    for position, end in enumerate(pings):
        if end.kind not in (SUCCESS, FAIL):
            continue
        for earlier in reversed(pings[:position]):
            if earlier.run_key != end.run_key or earlier.kind in (LOG, IGNORED):
                continue
            if earlier.kind is START and end.at - earlier.at < timedelta(hours=72):
                found[end.number] = end.at - earlier.at
            break
    return found


@given(
    st.lists(
        st.tuples(st.sampled_from(list(PingKind)), st.integers(0, 90_000), st.sampled_from([None, "a", "b"])),
        max_size=30,
    )
)
def test_durations_are_those_of_a_plain_reading(events: list[tuple[PingKind, int, str | None]]) -> None:
    pings, at = [], NOW
    for number, (kind, gap, run_key) in enumerate(events, start=1):
        at += timedelta(seconds=gap)
        pings.append(Logged(number, kind, at, run_key))

    assert run_durations(pings) == plainly(pings)
