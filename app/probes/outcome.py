"""What libcurl's codes and time marks mean: the parts of the time, and the failure. Pure."""

import errno
from dataclasses import dataclass

import pycurl  # type: ignore[import-untyped]  # it has no types

from app.probes.result import Failure, FailureCode, Phase, PhaseTimes

_LONGEST_DETAIL = 200
_CHAIN_FAULTS = {
    9: FailureCode.CERTIFICATE_NOT_YET_VALID,
    10: FailureCode.CERTIFICATE_EXPIRED,
}
"""OpenSSL's X509_V_ERR numbers; 0 and 1 say that the chain has no fault, all others that nobody vouches for it."""
_NO_CHAIN_FAULT = (0, 1)


@dataclass(slots=True)
class Marks:
    """libcurl's time marks in microseconds since the start, 0 where the transfer did not get so far."""

    connected: int
    secured: int
    first_byte: int
    ended: int


def reached(marks: Marks, *, tls: bool) -> Phase:
    """Return the part in which a transfer is that has these marks."""
    if not marks.connected:
        return Phase.CONNECT
    if tls and not marks.secured:
        return Phase.TLS
    return Phase.TRANSFER if marks.first_byte else Phase.PROCESSING


def phase_times(marks: Marks, *, tls: bool, closing_ms: float | None) -> PhaseTimes:
    """Split the time at the marks; closing, for which there is none, did not happen when the transfer failed."""
    phase = reached(marks, tls=tls)
    if phase is Phase.CONNECT:
        return PhaseTimes(connect_ms=marks.ended / 1000)
    connect_ms = marks.connected / 1000
    if phase is Phase.TLS:
        return PhaseTimes(connect_ms=connect_ms, tls_ms=(marks.ended - marks.connected) / 1000)
    ready = marks.secured if tls else marks.connected
    answered = marks.first_byte or marks.ended
    return PhaseTimes(
        connect_ms=connect_ms,
        tls_ms=(marks.secured - marks.connected) / 1000 if tls else None,
        processing_ms=max(0, answered - ready) / 1000,
        transfer_ms=max(0, marks.ended - answered) / 1000 if marks.first_byte else None,
        closing_ms=closing_ms,
    )


def failure_of(code: int, text: str, *, phase: Phase, system_error: int, verify_result: int) -> Failure:
    """Put libcurl's code into our words; `system_error` is the errno of the socket, `verify_result` OpenSSL's.

    Of `text`, libcurl's own words, OpenSSL's part comes after two colons.
    """
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return Failure(phase, FailureCode.TIMEOUT, _TIMEOUTS[phase])
    if code == pycurl.E_COULDNT_CONNECT:
        found, message = _CONNECT_ERRORS.get(system_error, _COULD_NOT_CONNECT)
        return Failure(phase, found, message)
    if code in (pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR) and system_error:
        return Failure(phase, FailureCode.CONNECTION_RESET, "The server broke the connection")
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return _distrust(text, verify_result)
    found, message = _CODES.get(code, (FailureCode.INVALID_RESPONSE, "The server's answer is not valid HTTP"))
    detail = f": {text.rpartition('::')[2][:_LONGEST_DETAIL]}" if found in _WITH_DETAIL and text else ""
    return Failure(phase, found, message + detail)


def _distrust(text: str, verify_result: int) -> Failure:
    if verify_result in _NO_CHAIN_FAULT:
        return Failure(Phase.TLS, FailureCode.CERTIFICATE_WRONG_NAME, "The certificate is for another name")
    code = _CHAIN_FAULTS.get(verify_result, FailureCode.CERTIFICATE_UNTRUSTED)
    return Failure(Phase.TLS, code, _DISTRUST.get(code) or f"The certificate is not trusted: {_reason(text)}")


def _reason(text: str) -> str:
    """Leave OpenSSL's own words of libcurl's text."""
    return text.rpartition("verify result: ")[2][:_LONGEST_DETAIL]


_TIMEOUTS = {
    Phase.CONNECT: "The connection was not made in time",
    Phase.TLS: "The TLS handshake did not end in time",
    Phase.PROCESSING: "The server did not answer in time",
    Phase.TRANSFER: "The response did not end in time",
}
_DISTRUST = {
    FailureCode.CERTIFICATE_EXPIRED: "The certificate has expired",
    FailureCode.CERTIFICATE_NOT_YET_VALID: "The certificate is not valid yet",
}
_OUR_TROUBLE = (FailureCode.NOT_MEASURED, "The prober could not open a connection")
_UNREACHABLE = (FailureCode.UNREACHABLE, "There is no way to the address")
_COULD_NOT_CONNECT = (FailureCode.CONNECTION_FAILED, "The connection could not be made")
_CONNECT_ERRORS = {
    errno.ECONNREFUSED: (FailureCode.CONNECTION_REFUSED, "The server refused the connection"),
    errno.ECONNRESET: (FailureCode.CONNECTION_RESET, "The server broke the connection"),
    errno.ETIMEDOUT: (FailureCode.TIMEOUT, _TIMEOUTS[Phase.CONNECT]),
    errno.ENETUNREACH: _UNREACHABLE,
    errno.EHOSTUNREACH: _UNREACHABLE,
    errno.EADDRNOTAVAIL: _OUR_TROUBLE,  # no local port is left, or none of this family is there
    errno.ENOBUFS: _OUR_TROUBLE,
    errno.ENOMEM: _OUR_TROUBLE,
    0: _OUR_TROUBLE,  # libcurl leaves it out when it got no socket: too many open files
}
_HEADERS_TOO_LARGE = (FailureCode.HEADERS_TOO_LARGE, "The headers of the response are too large")
_E_TOO_LARGE = 100  # CURLE_TOO_LARGE, which pycurl does not name
_CODES = {
    pycurl.E_GOT_NOTHING: (FailureCode.EMPTY_RESPONSE, "The server closed the connection without an answer"),
    pycurl.E_WRITE_ERROR: _HEADERS_TOO_LARGE,  # our own callback took no more of them
    _E_TOO_LARGE: _HEADERS_TOO_LARGE,
    pycurl.E_FILESIZE_EXCEEDED: (FailureCode.BODY_TOO_LARGE, "The body of the response is too large"),
    pycurl.E_PARTIAL_FILE: (FailureCode.TRUNCATED_RESPONSE, "The response ended before its announced length"),
    pycurl.E_SEND_ERROR: (FailureCode.CONNECTION_RESET, "The server broke the connection"),
    pycurl.E_SSL_CONNECT_ERROR: (FailureCode.TLS_FAILED, "The TLS handshake failed"),
    pycurl.E_SSL_CIPHER: (FailureCode.TLS_FAILED, "The TLS handshake failed"),
    pycurl.E_SSL_CACERT_BADFILE: (FailureCode.NOT_MEASURED, "The prober could not read its certificate authorities"),
    pycurl.E_OUT_OF_MEMORY: (FailureCode.NOT_MEASURED, "The prober had no memory"),
    pycurl.E_FAILED_INIT: (FailureCode.NOT_MEASURED, "The prober could not start"),
    pycurl.E_ABORTED_BY_CALLBACK: (FailureCode.NOT_MEASURED, "The prober was stopped"),
    pycurl.E_UNSUPPORTED_PROTOCOL: (FailureCode.INVALID_RESPONSE, "The server's answer is not valid HTTP"),
}
_WITH_DETAIL = frozenset({FailureCode.TLS_FAILED, FailureCode.INVALID_RESPONSE})
