"""One request sent to one address, and all that came of it, read off libcurl's handle."""

from dataclasses import dataclass

import pycurl  # type: ignore[import-untyped]  # it has no types

from app.probes.certificates import certificate_of
from app.probes.engine import Engine, Outcome
from app.probes.handle import Handle
from app.probes.outcome import Marks, failure_of, phase_times, reached
from app.probes.request import Prepared
from app.probes.result import Certificate, Failure, Phase, PhaseTimes, Response
from app.probes.trust import ca_file

_MAX_SPARE_HANDLES = 256


@dataclass(slots=True)
class Attempt:
    """What one connection to one address gave; the fields are those of `HttpExchange`."""

    phases: PhaseTimes
    response: Response | None
    certificate: Certificate | None
    failure: Failure | None


class Transport:
    """Sends requests on the running event loop. `authorities` is a file of certificates to trust, not the system's."""

    def __init__(self, authorities: str | None = None) -> None:
        self._authorities = authorities or ca_file()
        self._engine = Engine()
        self._spare: list[Handle] = []

    def close(self) -> None:
        """End what runs, as not measured, and give everything back."""
        self._engine.close()
        while self._spare:
            self._spare.pop().curl.close()

    async def send(
        self, prepared: Prepared, address: str, *, seconds: float, connect_seconds: float, body_limit: int
    ) -> Attempt:
        """Connect to the address and to no other, send, and receive; of the time some is for connecting."""
        handle = self._spare.pop() if self._spare else Handle(self._authorities)
        try:
            handle.describe(prepared, body_limit=body_limit)
            handle.aim(address, prepared.port, seconds=seconds, connect_seconds=connect_seconds)
            outcome = await self._engine.perform(handle.curl)
            return _attempt(handle, outcome, tls=prepared.tls)
        finally:
            handle.clear()
            if self._engine.closed or len(self._spare) == _MAX_SPARE_HANDLES:
                handle.curl.close()
            else:
                self._spare.append(handle)


def _attempt(handle: Handle, outcome: Outcome, *, tls: bool) -> Attempt:
    marks = _marks(handle.curl)
    failure = None if outcome.code == pycurl.E_OK else _failure(handle, outcome, reached(marks, tls=tls))
    status = handle.status
    return Attempt(
        phases=phase_times(marks, tls=tls, closing_ms=None if failure else _closing_ms(handle, outcome, marks)),
        response=None if status is None else Response(status, handle.headers, handle.body, handle.body_size),
        certificate=_certificate(handle) if tls and marks.connected else None,
        failure=failure,
    )


def _marks(curl: pycurl.Curl) -> Marks:
    return Marks(
        connected=curl.getinfo(pycurl.CONNECT_TIME_T),
        secured=curl.getinfo(pycurl.APPCONNECT_TIME_T),
        first_byte=curl.getinfo(pycurl.STARTTRANSFER_TIME_T),
        ended=curl.getinfo(pycurl.TOTAL_TIME_T),
    )


def _closing_ms(handle: Handle, outcome: Outcome, marks: Marks) -> float:
    """Return what went by since the response was there: all since its first byte, without its transfer."""
    return max(0.0, (outcome.ended_at - handle.answered_at) * 1000 - (marks.ended - marks.first_byte) / 1000)


def _failure(handle: Handle, outcome: Outcome, phase: Phase) -> Failure:
    return failure_of(
        outcome.code,
        outcome.text,
        phase=phase,
        system_error=handle.curl.getinfo(pycurl.OS_ERRNO),
        verify_result=handle.curl.getinfo(pycurl.SSL_VERIFYRESULT),
    )


def _certificate(handle: Handle) -> Certificate | None:
    return certificate_of(handle.curl.getinfo(pycurl.INFO_CERTINFO), protocol=handle.protocol, cipher=handle.cipher)
