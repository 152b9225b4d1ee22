"""Whole runs against real servers: the order of things, what a run comes to, and what it costs."""

import sys

import pytest

from app.probes import http
from app.probes.result import FailureCode, Phase, PhaseTimes
from app.rules.outcomes import Outcome
from app.runs import steps
from app.runs.result import FailureKind
from app.runs.runner import Runner
from tests.app.receiver import SILENCE, answer
from tests.app.runs.given import OK, body_has, plan, script, step

PASS, SLOW, FAIL, ERROR, SKIPPED = Outcome


def outcomes(result):
    return [result.outcome, *(call.outcome for call in result.calls)]


def kinds(result):
    return [[wrong.kind for wrong in call.validation_failures] for call in result.calls]


# --- what is done, in which order


async def test_a_step_runs_its_script_fills_in_sends_runs_the_other_script_and_judges(runner, receiver):
    receiver.answers = [answer(200, b"hello", X_Name="Zo")]
    one = step(
        receiver.url + "/{{where}}",
        script("assert.equal(context.variables.seen, 'hello'); console.log('judged')"),
        pre_process_script="context.variables.where = 'there'; context.request.headers.X = '{{where}}!'; "
        "console.log('before ' + context.request.href.slice(-9))",
        post_script="context.variables.seen = context.response.body; console.log('after ' + context.request.headers.x)",
    )

    result = await runner.run(plan(one))

    assert outcomes(result) == [PASS, PASS]
    assert result.logs == ("before {{where}}", "after there!", "judged")
    assert (receiver.requests[0].target, receiver.requests[0].values("X")) == ("/there", ["there!"])


async def test_steps_hand_values_on(runner, receiver):
    receiver.answers = [answer(200, b'{"token": "t-1"}'), answer(200, b"in")]
    login = step(receiver.url, post_script="var token = JSON.parse(context.response.body).token", name="Log in")
    inside = step(
        receiver.url,
        body_has("in"),
        headers=(("Authorization", "Bearer {{token}}"),),
        pre_process_script="assert.equal(context.previous.response.status, 200);"
        "assert.deepEqual(context.monitor, { id: 7, name: 'Shop', location: 'Ireland' });"
        "assert.deepEqual(context.template, { id: 71, name: null })",
        template_id=71,
    )

    result = await runner.run(plan(login, inside))

    assert outcomes(result) == [PASS, PASS, PASS]
    assert [(call.step, call.template_id, call.template_name) for call in result.calls] == [
        (1, None, "Log in"),
        (2, 71, None),
    ]
    assert receiver.requests[1].values("Authorization") == ["Bearer t-1"]
    assert result.calls[1].request.headers == (("Authorization", "Bearer t-1"),)


async def test_parameters_are_encoded_after_names_are_filled_in_and_the_url_is_not(runner, receiver):
    one = step(
        receiver.url + "/{{path}}?first=1#part",
        params=(("q", "{{text}}"), ("q", "2")),
        method="POST",
        body="é {{text}}",
    )

    result = await runner.run(plan(one, variables={"path": "a/b?x=y&z", "text": "c d&é"}))

    [got] = receiver.requests
    assert (got.target, got.body) == ("/a/b?x=y&z?first=1&q=c%20d%26%C3%A9&q=2", "é c d&é".encode())
    assert result.calls[0].request.href == receiver.url + "/a/b?x=y&z?first=1#part"
    assert result.calls[0].request.params == (("q", "c d&é"), ("q", "2"))


async def test_a_run_without_scripts_starts_no_child(runner, receiver, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere")
    one = step(receiver.url + "/{{path}}", OK, body_has(""), params=(("a", "{{user.id}}"),))

    result = await runner.run(plan(one, one, variables={"path": "p", "user": {"id": 5}}))

    assert (result.outcome, receiver.requests[1].target) == (PASS, "/p?a=5")


async def test_a_run_has_the_sums_of_its_calls_and_the_instants_of_the_clock(options, clock, receiver):
    receiver.answers = [answer(200, b"12345"), answer(200, b"123")]
    async with Runner(allow_private=True, clock=clock, **options) as runner:
        result = await runner.run(plan(step(receiver.url), step(receiver.url)))

    first, second = result.calls
    assert result.phases == first.phases + second.phases
    assert result.phases.total_ms == pytest.approx(first.phases.total_ms + second.phases.total_ms)
    assert (first.download_bytes, second.download_bytes, result.download_bytes) == (5, 3, 8)
    assert {result.started_at, result.finished_at, first.started_at, second.started_at} == {clock.now}


# --- what it comes to


async def test_a_monitor_without_steps_is_skipped(runner):
    result = await runner.run(plan())
    assert (result.outcome, result.calls, result.failure) == (SKIPPED, (), None)
    assert (result.phases, result.download_bytes) == (PhaseTimes(), 0)


@pytest.mark.parametrize("status", [200, 302, 404, 500])
async def test_a_step_without_validations_passes_on_any_response(runner, receiver, status):
    receiver.answers = [answer(status, Location="/")]
    result = await runner.run(plan(step(receiver.url)))
    assert (result.outcome, result.calls[0].response.status, result.failure) == (PASS, status, None)


@pytest.mark.parametrize(("limit", "outcome"), [(None, PASS), (0.0, SLOW), (300_000.0, PASS)])
async def test_a_run_that_passes_above_its_limit_is_slow(runner, receiver, limit, outcome):
    result = await runner.run(plan(step(receiver.url), degraded_above_ms=limit))
    assert outcomes(result) == [outcome, PASS]


async def test_a_failed_run_is_not_slow(runner, receiver):
    receiver.answers = [answer(500)]
    assert (await runner.run(plan(step(receiver.url, OK), degraded_above_ms=0.0))).outcome is FAIL


async def test_a_failed_validation_does_not_stop_the_run(runner, receiver):
    receiver.answers = [answer(500, b"x"), answer(200)]

    result = await runner.run(plan(step(receiver.url, OK, body_has("x"), body_has("y")), step(receiver.url, OK)))

    assert outcomes(result) == [FAIL, FAIL, PASS]
    first, second = result.calls[0].validation_failures
    assert (first.kind, first.validation_id, first.source, first.operator) == (
        FailureKind.VALIDATION,
        1,
        OK.source,
        OK.operator,
    )
    assert (first.message, second.message) == (
        "Expected the status to equal 200, got 500",
        "Expected the body to contain y, got x",
    )
    assert second.validation_id == 3
    failure = result.failure
    assert (failure.phase, failure.code) == (Phase.VALIDATION, FailureCode.VALIDATION_FAILED)
    assert failure.message == first.message
    assert result.calls[0].failure == failure


async def test_the_failure_of_a_run_is_that_of_its_first_call_that_failed(runner, receiver):
    receiver.answers = [answer(200), answer(500), answer(404)]
    result = await runner.run(plan(*[step(receiver.url, OK)] * 3))
    assert outcomes(result) == [FAIL, PASS, FAIL, FAIL]
    assert result.failure.message == "Expected the status to equal 200, got 500"


# --- repeated


async def test_a_run_that_fails_is_repeated_and_the_last_attempt_counts(runner, receiver):
    receiver.answers = [answer(500), answer(503), answer(200)]
    result = await runner.run(plan(step(receiver.url, OK), retries=5))
    assert (result.outcome, result.failure, len(receiver.requests)) == (PASS, None, 3)


async def test_a_run_is_repeated_no_more_often_than_it_may(runner, receiver):
    receiver.answers = [answer(500), answer(503), answer(200)]
    result = await runner.run(plan(step(receiver.url, OK), retries=1))
    assert (outcomes(result), len(receiver.requests)) == ([FAIL, FAIL], 2)
    assert result.failure.message == "Expected the status to equal 200, got 503"


async def test_a_repetition_begins_anew(runner, receiver):
    receiver.answers = [answer(500), answer(200)]
    one = step(receiver.url, OK, pre_process_script="context.variables.n += 1; console.log(context.variables.n)")
    result = await runner.run(plan(one, retries=1, variables={"n": 1}))
    assert (result.outcome, result.logs) == (PASS, ("2",))


async def test_a_repetition_that_was_not_measured_changes_nothing(runner, receiver, monkeypatch):
    receiver.answers = [answer(500)]

    async def stopped_the_second_time(request, *, prober, **options):
        if receiver.requests:
            prober.close()
        return await http.exchange(request, prober=prober, **options)

    monkeypatch.setattr(steps, "exchange", stopped_the_second_time)
    result = await runner.run(plan(step(receiver.url, OK), retries=3))
    assert (outcomes(result), len(receiver.requests)) == ([FAIL, FAIL], 1)
    assert result.failure.code is FailureCode.VALIDATION_FAILED


async def test_a_run_is_not_repeated_once_its_time_is_over(runner, receiver):
    receiver.answers = [SILENCE]
    result = await runner.run(plan(step(receiver.url), timeout=0.2, retries=5))
    assert (result.outcome, len(receiver.requests)) == (FAIL, 1)


# --- the time


async def test_a_target_that_uses_up_the_time_fails_and_what_is_behind_is_skipped(runner, receiver):
    receiver.answers = [SILENCE]

    result = await runner.run(plan(step(receiver.url), step(receiver.url + "/{{x}}", name="Two"), timeout=0.2))

    assert outcomes(result) == [FAIL, FAIL, SKIPPED]
    assert kinds(result) == [[FailureKind.CONNECTION], []]
    assert (result.failure.phase, result.failure.code) == (Phase.PROCESSING, FailureCode.TIMEOUT)
    behind = result.calls[1]
    assert (behind.step, behind.template_name, behind.request.href) == (2, "Two", receiver.url + "/{{x}}")
    assert (behind.phases, behind.response, behind.failure) == (PhaseTimes(), None, None)


async def test_a_step_with_less_time_than_the_run_leaves_the_rest_to_the_others(runner, receiver):
    receiver.answers = [SILENCE, answer(200)]
    result = await runner.run(plan(step(receiver.url, timeout=0.2), step(receiver.url)))
    assert outcomes(result) == [FAIL, FAIL, PASS]
    assert result.failure.code is FailureCode.TIMEOUT


# --- our own trouble


async def test_what_a_stopped_prober_did_not_measure_is_an_error_and_the_rest_is_skipped(runner, receiver):
    runner._prober.close()
    result = await runner.run(plan(step(receiver.url), step(receiver.url), retries=3))
    assert outcomes(result) == [ERROR, ERROR, SKIPPED]
    assert (result.failure.code, kinds(result), receiver.requests) == (FailureCode.NOT_MEASURED, [[], []], [])


async def test_a_script_for_which_there_is_no_process_is_an_error(runner, receiver, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere")
    result = await runner.run(plan(step(receiver.url, pre_process_script="1"), step(receiver.url)))
    assert outcomes(result) == [ERROR, ERROR, SKIPPED]
    assert result.failure.message == "No process for scripts could be started on this server"
    assert (result.failure.phase, result.failure.code) == (Phase.SCRIPT, FailureCode.NOT_MEASURED)


async def test_a_failure_that_was_measured_stays_one_when_the_rest_is_not_measured(runner, receiver, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere")
    receiver.answers = [answer(500)]
    result = await runner.run(plan(step(receiver.url, OK), step(receiver.url, script("1")), step(receiver.url)))
    assert outcomes(result) == [FAIL, FAIL, ERROR, SKIPPED]
    assert result.failure.code is FailureCode.VALIDATION_FAILED
    not_measured = result.calls[1]
    assert (not_measured.validation_failures, not_measured.failure.phase) == ((), Phase.VALIDATION)
    assert not_measured.response.status == 500


async def test_a_script_that_has_no_turn_before_the_run_ends_is_an_error(runner, receiver):
    slots = runner._scripts._slots._slots
    async with slots[0].turns.turn("others"), slots[1].turns.turn("others"):
        result = await runner.run(plan(step(receiver.url), step(receiver.url, script("1")), timeout=0.2))
    assert outcomes(result) == [ERROR, PASS, ERROR]
    assert result.failure.code is FailureCode.NOT_MEASURED
    assert "waited for their turn" in result.failure.message
