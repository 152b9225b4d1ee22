"""Whose doing it is that a run's time is over."""

import asyncio

import pytest

from app.errors import Unavailable
from app.runs.budget import Budget, TimeIsOver
from app.scripting.process import ScriptError


def ending_with(error, budget, *, left):
    """Return work that ends by an error, when so many seconds of the run are left."""

    async def work():
        budget.until = asyncio.get_running_loop().time() + left
        raise error

    return work


@pytest.mark.parametrize("error", [ScriptError("told"), Unavailable("told")], ids=["script", "ours"])
@pytest.mark.parametrize(
    ("at_first", "at_last", "expected"),
    [(60, 30, None), (0.5, 0.1, None), (60, 0, Unavailable), (0.5, 0, TimeIsOver), (0, 0, TimeIsOver)],
    ids=["in time", "in little time", "enough time, gone by", "too little time", "no time"],
)
async def test_what_fails_in_time_fails_by_itself_and_else_by_the_time(error, at_first, at_last, expected):
    budget = Budget(at_first)
    with pytest.raises(expected or type(error)) as told:
        await budget.on_us(ending_with(error, budget, left=at_last))
    assert (str(told.value) == "told") == (expected is None)


async def test_the_larger_part_of_the_time_is_what_counts():
    budget = Budget(60)
    budget._began -= 10
    assert not budget.went_to_target

    async def take_long():
        budget._now = lambda now=budget._now: now() + 20

    await budget.on_target(take_long())
    assert budget.went_to_target


async def test_a_target_that_raises_has_used_its_time_all_the_same():
    budget = Budget(60)

    async def fail():
        raise ValueError

    with pytest.raises(ValueError):
        await budget.on_target(fail())
    assert budget._with_target > 0
