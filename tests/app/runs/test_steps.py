"""One step against a real server: everything that can go wrong, and what is told of it."""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta

import pytest

from app.clock import system_clock
from app.probes.result import FailureCode, Phase, PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.validations import checked
from app.runs.budget import Budget
from app.runs.recording import Recorder
from app.runs.result import FailureKind
from app.runs.runner import Runner
from app.runs.scripts import RunScripts
from app.runs.steps import Means, called
from app.security.addresses import REFUSED_MESSAGE
from tests.app.certificates import DAY
from tests.app.receiver import SILENCE, Receiver, answer
from tests.app.runs.given import OK, Op, S, body_has, plan, script, step
from tests.app.scripting.conftest import FACTS
from tests.app.scripting.hostile import TIME

ENDLESS_SCRIPT = "for (;;);"


async def call_of(runner, *steps, **options):
    """What came of the last step."""
    return (await runner.run(plan(*steps, **options))).calls[-1]


def told(call):
    """What is told of a call that failed by one thing."""
    [wrong] = call.validation_failures
    assert call.outcome is Outcome.FAIL
    assert call.failure.message == wrong.message
    return wrong.kind, call.failure.phase, call.failure.code, wrong.message


# --- scripts


async def test_a_script_that_fails_before_its_request_keeps_it_from_being_sent(runner, receiver):
    one = step(
        receiver.url, OK, pre_process_script="context.variables.x = 1; null.x", post_script="console.log('never')"
    )

    result = await runner.run(plan(one, step(receiver.url + "/{{x}}")))

    assert [call.outcome for call in result.calls] == [Outcome.FAIL, Outcome.PASS]
    kind, phase, code, message = told(result.calls[0])
    assert (kind, phase, code) == (FailureKind.PRE_PROCESS_SCRIPT, Phase.SCRIPT, FailureCode.SCRIPT_FAILED)
    assert message == "TypeError: cannot read property 'x' of null (line 1)"
    assert (result.calls[0].phases, result.calls[0].response, result.logs) == (PhaseTimes(), None, ())
    assert [got.target for got in receiver.requests] == ["/1"]


async def test_after_a_script_that_fails_behind_its_response_validations_are_judged_all_the_same(runner, receiver):
    receiver.answers = [answer(500)]

    call = await call_of(runner, step(receiver.url, OK, post_script="throw new Error('odd')"))

    assert [wrong.kind for wrong in call.validation_failures] == [FailureKind.POST_SCRIPT, FailureKind.VALIDATION]
    assert (call.failure.phase, call.failure.code) == (Phase.SCRIPT, FailureCode.SCRIPT_FAILED)
    assert call.failure.message == "Error: odd (line 1)"
    assert call.response.status == 500


async def test_scripts_that_are_empty_are_none(runner, receiver):
    call = await call_of(runner, step(receiver.url, pre_process_script="", post_script=""))
    assert call.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ({"pre_process_script": ENDLESS_SCRIPT}, FailureKind.PRE_PROCESS_SCRIPT),
        ({"post_script": ENDLESS_SCRIPT}, FailureKind.POST_SCRIPT),
    ],
    ids=["before", "after"],
)
async def test_an_endless_script_fails_its_step_and_the_next_one_runs(runner, receiver, where, kind):
    result = await runner.run(plan(step(receiver.url, **where), step(receiver.url, script("assert.ok(1)"))))
    first, second = result.calls
    assert told(first)[0] is kind
    assert re.search(TIME, first.failure.message)
    assert second.outcome is Outcome.PASS
    assert (await call_of(runner, step(receiver.url))).outcome is Outcome.PASS


async def test_an_endless_validation_fails_with_the_reason(runner, receiver):
    kind, _, code, message = told(await call_of(runner, step(receiver.url, script(ENDLESS_SCRIPT), OK)))
    assert (kind, code) == (FailureKind.VALIDATION, FailureCode.VALIDATION_FAILED)
    assert re.search(TIME, message)


async def test_an_endless_value_of_a_name_fails_its_request(runner, receiver):
    getter = "Object.defineProperty(context, 'x', { get() { for (;;); } })"
    call = await call_of(runner, step(receiver.url + "/{{x}}", OK, pre_process_script=getter))
    assert told(call)[:3] == (FailureKind.REQUEST, Phase.SCRIPT, FailureCode.SCRIPT_FAILED)
    assert re.search(TIME, call.failure.message)
    assert receiver.requests == []


# --- requests that cannot be sent


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"href": "{{host}}"}, "The URL is not an absolute http or https URL"),
        ({"href": "ftp://127.0.0.1/"}, "The URL is not an absolute http or https URL"),
        ({"method": "GE T"}, "The method is not an HTTP method in capital letters"),
        ({"headers": (("Na me", "1"),)}, "A header has a name that HTTP does not allow"),
        ({"headers": (("X", "a\r\nb"),)}, "The header X contains control characters"),
        ({"headers": (("X", "{{half}}"),)}, "The header X contains control characters"),
        ({"body": "{{half}}"}, "the request holds text that is not valid Unicode"),
        ({"params": (("q", "{{half}}"),)}, "the request holds text that is not valid Unicode"),
        ({"href": "{{half}}"}, "The URL contains control characters"),
        (
            {"body": "{{long}}" * 3},
            "with its variables filled in, a text has more than 1000000 characters",
        ),
    ],
    ids=["unknown name", "scheme", "method", "header name", "header value", "half in a header", "half in the body",
         "half in a parameter", "half in the URL", "too long"],
)  # fmt: skip
async def test_a_request_that_cannot_be_sent_fails_its_step_with_the_reason(runner, receiver, given, message):
    variables = {"half": "\ud800", "long": "x" * 400_000}

    result = await runner.run(plan(step(**{"href": receiver.url, **given}), step(receiver.url), variables=variables))

    assert [call.outcome for call in result.calls] == [Outcome.FAIL, Outcome.PASS]
    assert told(result.calls[0]) == (FailureKind.REQUEST, Phase.RESOLVE, FailureCode.INVALID_REQUEST, message)
    assert (result.calls[0].response, len(receiver.requests)) == (None, 1)
    json.dumps(asdict(result.calls[0]), default=str).encode()
    assert "\ud800" not in str(asdict(result.calls[0]))


async def test_methods_of_scripts_may_be_in_small_letters(runner, receiver):
    one = step(receiver.url, pre_process_script="context.request.method = 'post'; context.request.body = { a: 1 }")
    assert (await call_of(runner, one)).outcome is Outcome.PASS
    assert (receiver.requests[0].method, receiver.requests[0].body) == ("POST", b'{"a":1}')


# --- connections that fail


async def test_a_connection_that_fails_is_told_once_and_nothing_is_judged(runner, receiver, names):
    one = step("http://nowhere.example/", OK, body_has("x"), script("throw 1"), post_script="console.log('never')")

    result = await runner.run(
        plan(one, step(receiver.url, pre_process_script="assert.isNull(context.previous.response)"))
    )

    assert [call.outcome for call in result.calls] == [Outcome.FAIL, Outcome.PASS]
    kind, phase, code, message = told(result.calls[0])
    assert (kind, phase, code) == (FailureKind.CONNECTION, Phase.RESOLVE, FailureCode.NAME_NOT_FOUND)
    assert message == "The name has no address"
    assert (result.calls[0].response, result.calls[0].phases.connect_ms, result.logs) == (None, None, ())


async def test_a_response_that_breaks_off_is_none(runner, receiver):
    receiver.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf"]
    call = await call_of(runner, step(receiver.url, OK))
    assert told(call)[:3] == (FailureKind.CONNECTION, Phase.TRANSFER, FailureCode.TRUNCATED_RESPONSE)
    assert (call.response, call.download_bytes) == (None, 4)


@pytest.mark.parametrize("follow", [False, True], ids=["direct", "by a redirect"])
async def test_a_refused_address_is_a_failed_run_with_the_reason(options, receiver, follow):
    """By redirect a link-local address, which is refused also where private ones are allowed."""
    receiver.answers = [answer(302, Location="http://169.254.169.254/latest/meta-data/")]
    async with Runner(allow_private=follow, clock=system_clock, **options) as runner:
        result = await runner.run(plan(step(receiver.url, OK, follow_redirects=True)))

    assert result.outcome is Outcome.FAIL
    assert told(result.calls[0]) == (
        FailureKind.CONNECTION,
        Phase.CONNECT,
        FailureCode.ADDRESS_REFUSED,
        REFUSED_MESSAGE,
    )
    assert (result.failure.message, len(receiver.requests)) == (REFUSED_MESSAGE, 1 if follow else 0)


# --- redirects, certificates and figures


async def test_redirects_are_followed_if_wished_and_all_hops_count(runner, receiver):
    receiver.answers = [answer(302, b"12345", Location="/b"), answer(200, b"123")]
    one = step(receiver.url + "/a", body_has("123"), params=(("q", "1"),), follow_redirects=True)

    call = await call_of(runner, one)

    assert (call.outcome, call.response.status, call.response.body) == (Outcome.PASS, 200, "123")
    assert [got.target for got in receiver.requests] == ["/a?q=1", "/b"]
    assert (call.download_bytes, call.request.href) == (8, receiver.url + "/a")


async def test_redirects_to_no_url_are_the_targets_fault(runner, receiver):
    receiver.answers = [answer(302, Location="http://[::1")]
    call = await call_of(runner, step(receiver.url, follow_redirects=True))
    assert told(call)[0] is FailureKind.CONNECTION


async def test_the_days_of_a_certificate_are_counted_from_the_clock(options, authority):
    async with Receiver(tls=authority.context("127.0.0.1", until=5 * DAY)) as receiver:

        def in_two_days():
            return system_clock() + timedelta(days=2)

        async with Runner(allow_private=True, clock=in_two_days, **options) as runner:
            days = [
                checked(S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "2.9"),
                checked(S.CERTIFICATE_DAYS, Op.AT_MOST, None, "3"),
                checked(S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "3.1"),
            ]
            call = await call_of(runner, step(receiver.url, *days))

    [wrong] = call.validation_failures
    assert wrong.validation_id == 3
    assert wrong.message.startswith("Expected the days that the certificate is still valid to be at least 3.1, got 2.9")
    assert call.certificate.subject == "CN=127.0.0.1"
    assert call.phases.tls_ms > 0


async def test_without_tls_there_are_no_days_of_a_certificate(runner, receiver):
    one = step(receiver.url, checked(S.CERTIFICATE_DAYS, Op.AT_LEAST, None, "0"))
    assert told(await call_of(runner, one))[3].endswith("got nothing")


async def test_scripts_see_the_figures_of_their_own_call(options, authority):
    """By the names of API Science, whose connecting includes the handshake."""
    async with (
        Receiver(tls=authority.context("127.0.0.1"), answers=[answer(200, b"12345")]) as receiver,
        Runner(allow_private=True, clock=system_clock, **options) as runner,
    ):
        one = step(receiver.url, post_script="console.log(JSON.stringify(context.statistics))")
        result = await runner.run(plan(step(receiver.url), one))

    phases = result.calls[1].phases
    assert json.loads(result.logs[0]) == pytest.approx(
        {
            "resolve": 0,
            "connect": phases.connect_ms + phases.tls_ms,
            "processing": phases.processing_ms,
            "transfer": phases.transfer_ms,
            "closing": phases.closing_ms,
            "total": phases.total_ms,
            "downloadSize": 5,
        }
    )


async def test_the_duration_is_that_of_the_call(runner, receiver):
    zero = checked(S.DURATION, Op.AT_MOST, None, "0")
    call = await call_of(runner, step(receiver.url), step(receiver.url, zero))
    assert call.validation_failures[0].message == (
        f"Expected the milliseconds of the response to be at most 0, got {call.phases.total_ms!r}"
    )


# --- time that is over, by whose doing


@asynccontextmanager
async def means_of(runner, seconds):
    """The means of a step with so many seconds left of its run."""
    loop = asyncio.get_running_loop()
    budget = Budget(seconds)
    with runner._scripts.session(FACTS, owner="x", deadline=loop.time() + 60, clock=system_clock) as session:
        scripts = RunScripts(session, budget, scripted=True)
        yield Means(runner._prober, runner._judges, scripts, budget, Recorder(()), system_clock)


async def test_a_step_that_the_target_left_no_time_for_fails(runner, receiver):
    async with means_of(runner, 0) as means:
        means.budget._with_target = 60
        call = await called(means, 2, step(receiver.url))
    kind, _, code, message = told(call)
    assert (kind, code) == (FailureKind.CONNECTION, FailureCode.TIMEOUT)
    assert (message, receiver.requests) == ("The run's time was over before all of the step was done", [])


async def test_a_step_that_we_left_no_time_for_was_not_measured(runner, receiver):
    async with means_of(runner, 0) as means:
        means.budget._began -= 60
        call = await called(means, 2, step(receiver.url))
    assert (call.outcome, call.failure.code, receiver.requests) == (Outcome.ERROR, FailureCode.NOT_MEASURED, [])


async def test_a_target_that_had_the_smaller_part_of_the_time_is_not_to_blame(runner, receiver):
    receiver.answers = [SILENCE]
    async with means_of(runner, 0.2) as means:
        means.budget._began -= 60
        call = await called(means, 1, step(receiver.url))
    assert (call.outcome, call.failure.code, call.failure.phase) == (
        Outcome.ERROR,
        FailureCode.NOT_MEASURED,
        Phase.PROCESSING,
    )
    assert len(receiver.requests) == 1


async def test_validations_that_have_no_thread_before_the_run_ends_were_not_judged(runner, receiver):
    released = asyncio.Event()
    loop = asyncio.get_running_loop()
    threads = runner._judges._threads
    waiting = [
        threads.submit(asyncio.run_coroutine_threadsafe(released.wait(), loop).result)
        for _ in range(threads._max_workers)
    ]
    try:
        matching = checked(S.BODY, Op.MATCHES, None, "x")
        call = await call_of(runner, step(receiver.url, matching), timeout=0.2)
    finally:
        released.set()
        await asyncio.gather(*map(asyncio.wrap_future, waiting))
    assert (call.outcome, call.failure.phase, call.failure.code) == (
        Outcome.ERROR,
        Phase.VALIDATION,
        FailureCode.NOT_MEASURED,
    )
