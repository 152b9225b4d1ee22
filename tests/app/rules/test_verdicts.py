"""What runs say of places, and places of their monitor (DESIGN section 3, way 2; GRAPHQL.md section 4, row 8)."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.outcomes import Outcome
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, WatchState
from app.rules.verdicts import MonitorState, PlaceState, Turn, conclude, count_run, is_measuring, tally
from tests.app.rules.given import NOW, after

PASS, SLOW, FAIL, ERROR, SKIPPED = Outcome
OUTCOMES = {"p": PASS, "s": SLOW, "f": FAIL, "e": ERROR, "-": SKIPPED}
WORDS = {
    "n": WatchState.NEW,
    "U": WatchState.UP,
    "G": WatchState.DEGRADED,
    "D": WatchState.DOWN,
    "?": WatchState.UNKNOWN,
}
INTERVAL, TIMEOUT = 60, 20


def monitor(**values: Any) -> MonitorState:
    given: dict[str, Any] = {
        "state": WatchState.NEW,
        "state_since": NOW,
        "remind_every": None,
        "remind_at": None,
        "interval": INTERVAL,
        "timeout": TIMEOUT,
        "locations_down": 1,
        "runs_down": 1,
        "runs_up": 1,
    }
    return MonitorState(**{**given, **values})


def new_place(**values: Any) -> PlaceState:
    given: dict[str, Any] = {
        "due_at": NOW,
        "failures_in_row": 0,
        "passes_in_row": 0,
        "unmeasured_in_row": 0,
        "bad": False,
        "last_run_at": None,
        "last_outcome": None,
    }
    return PlaceState(**{**given, **values})


def report(
    watched: MonitorState, places: Sequence[PlaceState], number: int, outcome: Outcome, seconds: float
) -> StateChange | None:
    """Let the place of this number report a run that took a second and ended then."""
    count_run(watched, places[number], outcome, after(seconds - 1))
    return conclude(watched, places, outcome, after(seconds))


def told(watched: MonitorState, places: Sequence[PlaceState], reports: str) -> str:
    """Return the states after each of the reports, a minute a round: `0f 1p` is place 0 failing, place 1 passing."""
    words = {state: letter for letter, state in WORDS.items()}
    seen = []
    for index, (number, letter) in enumerate(reports.split()):
        report(watched, places, int(number), OUTCOMES[letter], 10 + index * INTERVAL / len(places))
        seen.append(words[watched.state])
    return "".join(seen)


@pytest.mark.parametrize(
    ("values", "reports", "states"),
    [
        ({}, "p f p", "UDU"),
        ({"runs_down": 3}, "f f f p", "nnDU"),
        ({"runs_down": 3}, "p f f p f f f", "UUUUUUD"),
        ({"runs_up": 2}, "f p p", "DDU"),
        ({"runs_up": 2}, "f p f p p", "DDDDU"),
        ({"runs_up": 3}, "p f p s p", "UDDDU"),
        ({"runs_down": 2, "runs_up": 2}, "p f p f p f f p p", "UUUUUUDDU"),
        ({}, "p s s p", "UGGU"),
        ({}, "s f s", "GDG"),
        ({"runs_down": 2}, "s f", "GG"),
        ({"runs_up": 2}, "f s s", "DDG"),
    ],
    ids=lambda value: value.replace(" ", "") if isinstance(value, str) else str(value),
)
def test_one_place_decides_alone(values: dict[str, int], reports: str, states: str) -> None:
    numbered = " ".join(f"0{letter}" for letter in reports.split())
    assert told(monitor(**values), [new_place()], numbered) == states


@pytest.mark.parametrize(
    ("reports", "states"),
    [
        ("e e p", "nnU"),
        ("e e e p", "nn?U"),
        ("p e e e f", "UUU?D"),
        ("p e e p e e e", "UUUUUU?"),
        ("p - e - s", "UUU?G"),
        ("f e e e e p", "DDDDDU"),
    ],
    ids=lambda value: value.replace(" ", ""),
)
def test_what_was_not_measured_moves_nothing_up_or_down(reports: str, states: str) -> None:
    numbered = " ".join(f"0{letter}" for letter in reports.split())
    assert told(monitor(), [new_place()], numbered) == states


def test_an_unmeasured_run_between_failures_neither_counts_nor_forgives() -> None:
    assert told(monitor(runs_down=2), [new_place()], "0p 0f 0e 0f") == "UUUD"


def test_of_three_places_two_must_agree() -> None:
    places = [new_place() for _ in range(3)]
    assert told(monitor(locations_down=2), places, "0p 1p 2p 0f 1p 2f 0p") == "UUUUUDU"


def test_the_first_of_several_places_does_not_decide_alone() -> None:
    places = [new_place() for _ in range(3)]
    assert told(monitor(locations_down=2), places, "0f 1p 2p") == "nUU"


def test_places_that_disagree_leave_the_monitor_as_it_was() -> None:
    places = [new_place() for _ in range(3)]
    assert told(monitor(locations_down=3), places, "0p 1p 2p 0f 1f 2p 0f 1f 2f 0f 1f 2p") == "UUUUUUUUDDDU"


def test_a_place_that_is_not_measured_need_not_agree() -> None:
    """Given two places that must agree, when one stops to measure, the other decides once its silence is long."""
    places = [new_place(), new_place()]
    watched = monitor(locations_down=2)
    told(watched, places, "0p 1p")
    for round_ in range(1, 4):
        report(watched, places, 0, FAIL, round_ * INTERVAL)
        report(watched, places, 1, ERROR, round_ * INTERVAL + 5)

    assert watched.state is WatchState.DOWN


def test_places_that_another_machine_stands_for_have_no_voice() -> None:
    idle = new_place(due_at=None)
    assert told(monitor(locations_down=2), [new_place(), idle], "0p 0f") == "UD"


def test_a_monitor_is_unknown_only_when_every_place_is_unmeasured() -> None:
    places = [new_place(), new_place(), new_place(due_at=None)]
    assert told(monitor(), places, "0p 1p 0e 1e 0e 1e 0e 1e") == "UUUUUUU?"


def test_slow_places_degrade_when_as_many_as_must_agree_are_bad_or_slow() -> None:
    places = [new_place() for _ in range(3)]
    assert told(monitor(locations_down=2), places, "0p 1p 2p 0s 1p 2s 0f 1s") == "UUUUUGGG"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(2 * INTERVAL + TIMEOUT, True), (2 * INTERVAL + TIMEOUT + 0.001, False)]
)
@pytest.mark.parametrize(
    "values", [{"last_run_at": NOW, "passes_in_row": 1}, {"due_at": NOW}], ids=["measured", "waiting for its first run"]
)
def test_a_place_measures_for_two_intervals_and_a_timeout(
    *, values: dict[str, Any], seconds: float, expected: bool
) -> None:
    assert is_measuring(monitor(), new_place(**values), after(seconds)) is expected


def test_what_was_measured_before_a_pause_does_not_count() -> None:
    """Given a place whose counts were forgotten, which fails to measure since, then it does not measure."""
    place = new_place(last_run_at=NOW, unmeasured_in_row=1)
    assert not is_measuring(monitor(), place, after(10))


def test_a_change_is_dated_with_the_end_of_the_run_that_decided_it() -> None:
    watched, places = monitor(remind_every=3600), [new_place()]

    change = report(watched, places, 0, FAIL, 17.25)

    assert change == StateChange(after(17.25), WatchState.NEW, WatchState.DOWN, FlipReason.FAIL)
    assert (watched.state_since, watched.remind_at) == (after(17.25), after(3617.25))
    assert places[0].last_run_at == after(16.25)


def test_no_change_is_dated_before_the_change_before_it() -> None:
    watched, places = monitor(state_since=after(100)), [new_place()]

    change = report(watched, places, 0, PASS, 30)

    assert change is not None
    assert change.at == watched.state_since == after(100)


def test_reminders_end_with_the_outage() -> None:
    watched, places = monitor(remind_every=3600), [new_place()]
    report(watched, places, 0, FAIL, 10)

    change = report(watched, places, 0, SLOW, 70)

    assert change is not None
    assert (change.to_state, change.reason, change.is_told) == (WatchState.DEGRADED, FlipReason.NONE, True)
    assert watched.remind_at is None


def test_a_place_turns_once() -> None:
    watched, place = monitor(runs_down=2, runs_up=2), new_place()
    turns = [count_run(watched, place, OUTCOMES[letter], after(index)) for index, letter in enumerate("fffppp")]
    assert turns == [Turn.NONE, Turn.BAD, Turn.NONE, Turn.NONE, Turn.GOOD, Turn.NONE]


@given(
    reports=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(Outcome)), max_size=40),
    locations_down=st.integers(1, 4),
    runs_down=st.integers(1, 3),
    runs_up=st.integers(1, 3),
)
def test_whatever_is_reported(
    reports: list[tuple[int, Outcome]], locations_down: int, runs_down: int, runs_up: int
) -> None:
    """A change of state is one, in order of time, and has its reason in the runs."""
    watched = monitor(locations_down=locations_down, runs_down=runs_down, runs_up=runs_up)
    places = [new_place() for _ in range(3)]
    histories: list[list[Outcome]] = [[], [], []]
    for index, (number, outcome) in enumerate(reports):
        before, since = watched.state, watched.state_since
        change = report(watched, places, number, outcome, 1 + 10 * index)
        if outcome.is_measured:
            histories[number].append(outcome)
        at = after(1 + 10 * index)
        assert (change is None) == (watched.state is before)
        assert watched.state_since >= since
        assert [place.bad for place in places] == [_is_bad(each, runs_down, runs_up) for each in histories]
        if change is None:
            continue
        counted = tally(watched, places, at)
        assert change.from_state is before
        assert change.to_state is not WatchState.NEW
        assert (change.to_state is WatchState.UNKNOWN) == (not outcome.is_measured)
        assert (change.to_state is WatchState.DOWN) <= (counted.bad >= counted.needed)
        assert (change.to_state is WatchState.UP) <= (counted.passing > 0 and counted.bad < counted.needed)
        assert not (before is WatchState.DOWN and change.to_state is WatchState.UNKNOWN)


def _is_bad(history: Sequence[Outcome], runs_down: int, runs_up: int) -> bool:
    """Read the rule plainly: the newest stretch that was long enough decides."""
    failed = [outcome is FAIL for outcome in history]
    for end in range(len(failed), 0, -1):
        if end >= runs_down and all(failed[end - runs_down : end]):
            return True
        if end >= runs_up and not any(failed[end - runs_up : end]):
            return False
    return False
