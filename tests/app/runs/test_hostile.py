"""Monitors whose scripts mean harm fail, are told why, and hurt no other monitor."""

import asyncio
import re

from app.probes.result import FailureCode
from app.rules.outcomes import Outcome
from app.runs.result import FailureKind
from tests.app.receiver import answer
from tests.app.runs.given import OK, plan, script, step
from tests.app.scripting.hostile import HOSTILE


async def test_fifty_hostile_scripts_at_once_fail_with_their_messages_and_a_good_monitor_among_them_passes(
    runner, receiver
):
    assert len(HOSTILE) >= 50
    receiver.answers = [answer(200, b"t-1")]
    good = plan(
        step(receiver.url, OK, post_script="const token = context.response.body; const shout = (x) => x + '!'"),
        step(receiver.url + "/{{token}}", OK, script("assert.equal(shout(token), 't-1!')")),
        project_id=6,
    )

    async with asyncio.TaskGroup() as at_once:
        hostile = {
            name: at_once.create_task(runner.run(plan(step(receiver.url + "/never", pre_process_script=text))))
            for name, (text, _) in HOSTILE.items()
        }
        among_them = at_once.create_task(runner.run(good))

    assert [call.outcome for call in among_them.result().calls] == [Outcome.PASS, Outcome.PASS]
    results = {name: task.result() for name, task in hostile.items()}
    assert {result.outcome for result in results.values()} == {Outcome.FAIL}
    assert {result.failure.code for result in results.values()} == {FailureCode.SCRIPT_FAILED}
    assert {result.calls[0].validation_failures[0].kind for result in results.values()} == {
        FailureKind.PRE_PROCESS_SCRIPT
    }
    wrong = {
        name: results[name].failure.message
        for name, (_, expected) in HOSTILE.items()
        if not re.search(expected, results[name].failure.message)
    }
    assert wrong == {}
    assert [got.target for got in receiver.requests] == ["/", "/t-1"]
