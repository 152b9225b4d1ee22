"""Calls are kept packed, and read back as they were."""

from app.rules.steps import StepRequest
from app.rules.validations import ValidationOperator, ValidationSource
from app.runs.result import FailureKind, RecordedResponse, ValidationFailure
from app.security.keys import Vault
from app.store.calls import (
    opened_failures,
    opened_request,
    opened_response,
    packed_failures,
    packed_response,
    sealed_request,
)

VAULT = Vault(b"a secret of the tests")
REQUEST = StepRequest("POST", "http://a/ü", (("A", "1"), ("A", "2")), (("p", "q"),), "sesame\0")


def test_a_request_is_sealed_and_opened() -> None:
    sealed = sealed_request(VAULT, REQUEST)

    assert "sesame" not in sealed
    assert opened_request(VAULT, sealed) == REQUEST
    assert opened_request(VAULT, sealed_request(VAULT, StepRequest("GET", "http://a"))).body is None


def test_a_response_is_packed_without_nul_and_opened() -> None:
    response = RecordedResponse(200, (("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b")), "x\0y")

    packed = packed_response(response)

    assert "\0" not in packed
    assert opened_response(packed) == response


def test_halves_of_characters_are_replaced() -> None:
    assert opened_response(packed_response(RecordedResponse(200, (), "a\ud800b"))).body == "a?b"
    failures = packed_failures([ValidationFailure(FailureKind.POST_SCRIPT, "\ud800")])
    assert opened_failures(failures) == (ValidationFailure(FailureKind.POST_SCRIPT, "?"),)


def test_failures_are_packed_and_opened() -> None:
    failures = (
        ValidationFailure(
            FailureKind.VALIDATION, "Expected 200", 7, ValidationSource.STATUS, ValidationOperator.EQUALS
        ),
        ValidationFailure(FailureKind.CONNECTION, "refused"),
    )

    assert opened_failures(packed_failures(failures)) == failures
    assert opened_failures("[]") == ()
