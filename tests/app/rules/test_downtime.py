"""Downtime is what the changes of state say, minute by minute (section 11 of specs/healthchecks.md)."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.downtime import Change, Downtime, downtime
from app.rules.reports import Span, report_spans
from app.rules.rhythms import ReportRhythm
from app.rules.states import WatchState

NEW, UP, DOWN = WatchState.NEW, WatchState.UP, WatchState.DOWN
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def changes(*steps: tuple[float, WatchState], before: WatchState = UP) -> list[Change]:
    """Changes so many hours after the start."""
    found: list[Change] = []
    for hours, state in steps:
        found.append(Change(START + HOUR * hours, found[-1].to_state if found else before, state))
    return found


@pytest.mark.parametrize(
    ("steps", "state", "hours", "count"),
    [
        ([], UP, 0, 0),
        ([], NEW, 0, 0),
        ([], DOWN, 24, 1),
        (changes((1, DOWN), (3, UP)), UP, 2, 1),
        (changes((1, DOWN), (3, UP), (4, DOWN), (4.5, UP)), UP, 2.5, 2),
        (changes((2, UP), before=DOWN), UP, 2, 1),
        (changes((-5, DOWN), (2, UP)), UP, 2, 1),
        (changes((20, DOWN)), DOWN, 4, 1),
        (changes((20, DOWN), (30, UP)), UP, 4, 1),
        (changes((30, DOWN)), DOWN, 0, 0),
        (changes((30, UP), before=DOWN), UP, 24, 1),
        (changes((-9, DOWN), (-8, UP)), UP, 0, 0),
        (changes((6, DOWN), before=NEW), DOWN, 18, 1),
        (changes((1, DOWN), (2, NEW)), NEW, 1, 1),
        (changes((5, DOWN), (5, UP)), UP, 0, 0),
        (changes((5, DOWN), (6, UP), (6, DOWN), (7, UP)), UP, 2, 1),
        (changes((0, DOWN), (24, UP)), UP, 24, 1),
        (changes((24, DOWN)), DOWN, 0, 0),
        (changes((0, UP), before=DOWN), UP, 0, 0),
    ],
    ids=str,
)
def test_downtime_within_a_day(steps: list[Change], state: WatchState, hours: float, count: int) -> None:
    assert downtime(steps, state, START, END) == Downtime(HOUR * hours, count)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Span, list[Change]]:
    """A day or a week around a change of the clock, and changes of state before, within and after it."""
    rhythm = draw(st.sampled_from((ReportRhythm.DAILY, ReportRhythm.WEEKLY)))
    zone = draw(st.sampled_from(("Europe/Riga", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe")))
    day = draw(st.datetimes(datetime(2026, 3, 25), datetime(2026, 4, 15), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds UTC
    span = report_spans(rhythm, zone, day)[0]
    minutes = (span.end - span.start) // MINUTE
    at = st.integers(-200, minutes + 200)
    state = draw(st.sampled_from((NEW, UP, DOWN)))
    found = []
    for minute in sorted(draw(st.lists(at, max_size=12))):
        to_state = draw(st.sampled_from([each for each in (NEW, UP, DOWN) if each is not state]))
        found.append(Change(span.start + MINUTE * minute, state, to_state))
        state = to_state
    return span, found


@given(histories(), st.sampled_from((NEW, UP, DOWN)))
def test_downtime_is_the_minutes_that_were_down(history: tuple[Span, list[Change]], state: WatchState) -> None:
    span, found = history
    first = found[0].from_state if found else state
    minutes = []
    for number in range((span.end - span.start) // MINUTE):
        past = [each for each in found if each.at <= span.start + MINUTE * number]
        minutes.append((past[-1].to_state if past else first) is DOWN)

    touching = [each for each in found if DOWN in (each.from_state, each.to_state)]
    now = found[-1].to_state if found else state

    assert downtime(touching, now, span.start, span.end) == Downtime(
        MINUTE * sum(minutes), sum(down for down, _ in groupby(minutes))
    )
