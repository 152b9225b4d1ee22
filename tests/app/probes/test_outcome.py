"""What libcurl's codes and marks mean, where no server can be made to show it."""

import errno

import pycurl
import pytest

from app.probes.outcome import Marks, failure_of, phase_times, reached
from app.probes.result import FailureCode, Phase, PhaseTimes

MARKS = Marks(connected=1000, secured=3000, first_byte=6000, ended=10_000)


def code_of(code, *, system_error=0, verify_result=0):
    return failure_of(code, "words", phase=Phase.CONNECT, system_error=system_error, verify_result=verify_result).code


@pytest.mark.parametrize(
    ("system_error", "code"),
    [
        (errno.ECONNREFUSED, FailureCode.CONNECTION_REFUSED),
        (errno.ENETUNREACH, FailureCode.UNREACHABLE),
        (errno.EHOSTUNREACH, FailureCode.UNREACHABLE),
        (errno.ETIMEDOUT, FailureCode.TIMEOUT),
        (errno.EPROTO, FailureCode.CONNECTION_FAILED),
        (errno.EADDRNOTAVAIL, FailureCode.NOT_MEASURED),
        (errno.ENOBUFS, FailureCode.NOT_MEASURED),
        (0, FailureCode.NOT_MEASURED),
    ],
)
def test_only_what_the_network_says_is_held_against_the_target(system_error, code):
    assert code_of(pycurl.E_COULDNT_CONNECT, system_error=system_error) is code


@pytest.mark.parametrize("code", [pycurl.E_OUT_OF_MEMORY, pycurl.E_FAILED_INIT, pycurl.E_SSL_CACERT_BADFILE])
def test_trouble_of_our_own_is_not_measured(code):
    assert code_of(code) is FailureCode.NOT_MEASURED


@pytest.mark.parametrize("verify_result", [2, 18, 19, 20, 21, 23])
def test_every_other_fault_of_a_chain_is_distrust(verify_result):
    assert code_of(pycurl.E_PEER_FAILED_VERIFICATION, verify_result=verify_result) is FailureCode.CERTIFICATE_UNTRUSTED


def test_a_code_that_nobody_foresaw_is_about_the_response():
    assert code_of(99) is FailureCode.INVALID_RESPONSE


@pytest.mark.parametrize(
    ("marks", "tls", "phase", "times"),
    [
        (MARKS, True, Phase.TRANSFER, PhaseTimes(None, 1, 2, 3, 4, 0.5)),
        (Marks(1000, 0, 6000, 10_000), False, Phase.TRANSFER, PhaseTimes(None, 1, None, 5, 4, 0.5)),
        (Marks(1000, 3000, 0, 10_000), True, Phase.PROCESSING, PhaseTimes(None, 1, 2, 7, None, 0.5)),
        (Marks(1000, 0, 10_000, 10_000), True, Phase.TLS, PhaseTimes(None, 1, 9)),
        (Marks(0, 0, 10_000, 10_000), True, Phase.CONNECT, PhaseTimes(None, 10)),
    ],
    ids=["https", "http", "no answer", "no handshake", "no connection"],
)
def test_each_part_ends_where_the_next_one_starts(marks, tls, phase, times):
    assert reached(marks, tls=tls) is phase
    assert phase_times(marks, tls=tls, closing_ms=0.5) == times
