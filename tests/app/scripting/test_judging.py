"""All validations of a step, in their order, beside an event loop that goes on."""

import asyncio

import pytest

from app.errors import Unavailable
from app.rules.steps import StepResponse
from app.rules.validations import ValidationOperator, ValidationSource, checked
from app.scripting.judging import Judges
from tests.app.scripting.conftest import GENEROUS, REQUEST, opened

S, Op = ValidationSource, ValidationOperator
EVIL = checked(S.BODY, Op.MATCHES, None, "(x+x+)+y")


@pytest.fixture
def judges():
    judges = Judges()
    yield judges
    judges.close()


def later() -> float:
    return asyncio.get_running_loop().time() + GENEROUS


async def test_validations_are_judged_in_their_order(pool, judges):
    response = StepResponse(200, body='{"id": 5}', statistics={"total": 9.0})
    validations = [
        checked(S.STATUS, Op.EQUALS, None, "200"),
        checked(S.JAVASCRIPT, Op.PASSES, "assert.equal(context.response.status, 404)", None),
        checked(S.JSON_PATH, Op.EQUALS, "$.id", "6"),
        checked(S.JAVASCRIPT, Op.PASSES, "assert.equal(JSON.parse(context.response.body).id, 5)", None),
        checked(S.DURATION, Op.AT_MOST, None, "10"),
    ]
    async with opened(pool) as session:
        session.answered(REQUEST, response)
        found = await judges.judged(validations, response, session, deadline=later())

    assert [judgement.message for judgement in found] == [
        "",
        "expected 200 to equal 404",
        "Expected $.id to equal 6, got 5",
        "",
        "",
    ]
    assert [judgement.passed for judgement in found] == [True, False, False, True, True]


async def test_evil_patterns_do_not_stop_the_loop(pool, judges):
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(others())
    response = StepResponse(200, body="x" * 5000)
    async with opened(pool) as session:
        found = await judges.judged([EVIL, EVIL], response, session, deadline=later())
    beside.cancel()

    assert [judgement.passed for judgement in found] == [False, False]
    assert turns > 100


async def test_a_deadline_that_passes_first_judges_nothing(pool, judges):
    async with opened(pool) as session:
        with pytest.raises(Unavailable, match="before its validations were judged"):
            await judges.judged(
                [EVIL] * 9, StepResponse(200, body="x" * 5000), session, deadline=later() - GENEROUS + 0.05
            )


async def test_what_compares_only_needs_no_thread(pool, judges, monkeypatch):
    judges.close()  # a thread that is asked for now fails
    async with opened(pool) as session:
        (found,) = await judges.judged(
            [checked(S.STATUS, Op.EQUALS, None, "200")], StepResponse(200), session, deadline=later()
        )

    assert found.passed
