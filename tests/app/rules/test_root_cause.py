"""Why an outage began, in words and with what was seen (GRAPHQL.md section 6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.probes.result import Certificate, Failure, FailureCode, Phase, PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.root_cause import (
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    MOST_PLACES,
    Evidence,
    EvidenceKind,
    FailingRun,
    Seen,
    finding,
    root_cause,
)
from app.rules.steps import StepRequest
from app.runs.result import CallResult, FailureKind, RecordedResponse, RunResult, ValidationFailure
from tests.app.rules.given import NOW, after

REFUSED = Failure(Phase.CONNECT, FailureCode.CONNECTION_REFUSED, "The server refused the connection")
NO_NAME = Failure(Phase.RESOLVE, FailureCode.NAME_NOT_FOUND, "The name is not known")
EXPIRED = Failure(Phase.TLS, FailureCode.CERTIFICATE_EXPIRED, "The certificate has expired")
WRONG = Failure(Phase.VALIDATION, FailureCode.VALIDATION_FAILED, "Expected the status to equal 200, got 500")
ANSWER = RecordedResponse(500, (("Content-Type", "text/plain"), ("X", "1")), "out of order")
CERTIFICATE = Certificate(
    subject="CN=shop.example.org",
    issuer="CN=Some Authority",
    not_before=datetime(2025, 1, 1, tzinfo=UTC),
    not_after=datetime(2026, 2, 27, 8, 30, tzinfo=UTC),
    names=("shop.example.org", "www.shop.example.org"),
    chain_length=2,
    protocol="TLSv1.3",
    cipher="TLS_AES_256_GCM_SHA384",
)
CERTIFICATE_TEXT = """\
subject: CN=shop.example.org
issuer: CN=Some Authority
valid: 2025-01-01 00:00:00 to 2026-02-27 08:30:00 UTC
names: shop.example.org, www.shop.example.org
TLSv1.3 TLS_AES_256_GCM_SHA384"""
PLACE, OTHER = 1, 2


def call(failure: Failure | None = None, **values: Any) -> CallResult:
    given: dict[str, Any] = {
        "step": 1,
        "template_id": None,
        "template_name": None,
        "outcome": Outcome.FAIL if failure else Outcome.PASS,
        "started_at": NOW,
        "request": StepRequest("GET", "https://shop.example.org/"),
        "address": "10.0.0.1",
        "failure": failure,
    }
    return CallResult(**{**given, **values})


def result(*calls: CallResult, **values: Any) -> RunResult:
    failure = next((one.failure for one in calls if one.failure), None)
    return RunResult(NOW, after(2), Outcome.FAIL, PhaseTimes(), 0, calls, failure, **values)


def texts(evidence: tuple[Evidence, ...], kind: EvidenceKind) -> list[str]:
    return [one.text for one in evidence if one.kind is kind]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (result(call(REFUSED)), "The server refused the connection (10.0.0.1)"),
        (result(call(REFUSED, address=None)), "The server refused the connection"),
        (result(call(EXPIRED, certificate=CERTIFICATE)), "The certificate expired on 2026-02-27"),
        (result(call(EXPIRED)), "The certificate has expired (10.0.0.1)"),
        (result(call(NO_NAME, address=None)), "The name is not known"),
        (result(call(WRONG)), "Expected the status to equal 200, got 500"),
        (
            result(call(), call(WRONG, step=2, template_name="log in")),
            "log in: Expected the status to equal 200, got 500",
        ),
        (result(call(), call(WRONG, step=2), call(REFUSED, step=3)), f"Step 2: {WRONG.message}"),
        (result(), "The run failed"),
        (result(call(replace(WRONG, message="one\n  two\tthree"))), "one two three"),
    ],
    ids=["refused", "no address", "expired", "no certificate", "name", "status", "named", "unnamed", "none", "lines"],
)
def test_what_a_run_found_is_one_line(run: RunResult, expected: str) -> None:
    assert finding(run) == expected


@pytest.mark.parametrize(
    ("bad", "places", "expected"),
    [
        (1, 1, "The server refused the connection (10.0.0.1)"),
        (3, 3, "3 of 3 locations: The server refused the connection (10.0.0.1)"),
        (2, 3, "2 of 3 locations: The server refused the connection (10.0.0.1)"),
    ],
)
def test_the_summary_says_how_many_places_agree(bad: int, places: int, expected: str) -> None:
    cause = root_cause(FailingRun(result(call(REFUSED)), PLACE, bad, places))
    assert (cause.summary, cause.phase, cause.code) == (expected, Phase.CONNECT, "CONNECTION_REFUSED")


def test_the_evidence_of_an_answer_is_that_answer() -> None:
    failures = (ValidationFailure(FailureKind.VALIDATION, WRONG.message), ValidationFailure(FailureKind.REQUEST, "two"))
    failed = call(WRONG, response=ANSWER, certificate=CERTIFICATE, validation_failures=failures)
    cause = root_cause(FailingRun(result(call(), failed, logs=("one", "two")), PLACE, 1, 1))

    assert cause.evidence == tuple(
        Evidence(kind, after(2), PLACE, text)
        for kind, text in (
            (EvidenceKind.RESPONSE, "status 500\n\nout of order"),
            (EvidenceKind.HEADERS, "status 500\nContent-Type: text/plain\nX: 1"),
            (
                EvidenceKind.CERTIFICATE,
                CERTIFICATE_TEXT,
            ),
            (EvidenceKind.DNS, "shop.example.org is at 10.0.0.1"),
            (EvidenceKind.LOG, f"{WRONG.message}\ntwo"),
            (EvidenceKind.LOG, "Scripts printed:\none\ntwo"),
        )
    )


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (call(NO_NAME, address=None), ["shop.example.org: The name is not known"]),
        (call(NO_NAME, address=None, request=StepRequest("GET", "http://[")), ["The name is not known"]),
        (call(REFUSED, request=StepRequest("GET", "http://10.0.0.1:81/")), []),
        (call(REFUSED, address=None), []),
    ],
    ids=["unknown name", "no url", "an address", "nothing tried"],
)
def test_what_a_name_stands_for(failed: CallResult, expected: list[str]) -> None:
    cause = root_cause(FailingRun(result(failed), PLACE, 1, 1))
    assert texts(cause.evidence, EvidenceKind.DNS) == expected


def test_the_last_good_answer_is_beside_the_failing_one() -> None:
    good = Seen(NOW - timedelta(minutes=1), OTHER, response=RecordedResponse(200, (("X", "2"),), "all is well"))
    cause = root_cause(FailingRun(result(call(WRONG, response=ANSWER)), PLACE, 1, 1), good=good)

    assert texts(cause.evidence, EvidenceKind.RESPONSE) == [
        "status 500\n\nout of order",
        "The last good answer: status 200\n\nall is well",
    ]
    assert texts(cause.evidence, EvidenceKind.HEADERS)[1] == "The last good answer: status 200\nX: 2"
    assert {(one.at, one.location_id) for one in cause.evidence if "good" in one.text} == {(good.at, OTHER)}


def test_other_places_are_heard_in_the_order_in_which_they_reported() -> None:
    others = [Seen(after(-number), number, f"report\n{number}") for number in range(MOST_PLACES + 5)]
    cause = root_cause(FailingRun(result(call(REFUSED, address=None)), PLACE, 3, 3), others)

    assert [one.location_id for one in cause.evidence] == list(range(MOST_PLACES + 4, 4, -1))
    assert cause.evidence[0].text == f"report {MOST_PLACES + 4}"


def test_every_text_is_bounded() -> None:
    long = "x" * 100_000
    answer = RecordedResponse(500, (("X", long),), long)
    failed = call(replace(WRONG, message=long), response=answer, certificate=replace(CERTIFICATE, names=(long,)))
    cause = root_cause(
        FailingRun(result(failed, logs=(long,)), PLACE, 1, 2),
        [Seen(NOW, OTHER, long)],
        Seen(NOW, OTHER, response=answer),
    )

    assert len(cause.summary) == LONGEST_SUMMARY
    assert len(cause.evidence) == 8
    assert all(len(one.text) <= LONGEST_TEXT for one in cause.evidence)
