"""Why an outage began: one line for people, the part and code of the failure, and what was seen (GRAPHQL.md section 6).

All texts are bounded; what they hold of requests and responses is what runs keep of them, without secrets.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from app.probes.result import Certificate, Failure, FailureCode, Phase
from app.runs.result import CallResult, RecordedResponse, RunResult

LONGEST_SUMMARY = 300
LONGEST_TEXT = 4_000
"""Characters of one piece of evidence."""
MOST_PLACES = 20
"""Of the other places that agree, so many are heard."""


class EvidenceKind(StrEnum):
    """What a piece of evidence shows."""

    RESPONSE = "RESPONSE"
    HEADERS = "HEADERS"
    CERTIFICATE = "CERTIFICATE"
    DNS = "DNS"
    TRACEROUTE = "TRACEROUTE"
    SCREENSHOT = "SCREENSHOT"
    LOG = "LOG"
    PEER_OUTAGE = "PEER_OUTAGE"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen, at one moment and from one place, None where the place is gone."""

    kind: EvidenceKind
    at: datetime
    location_id: int | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RootCause:
    """Why an outage began; `code` is empty and `phase` None where the run told nothing."""

    summary: str
    phase: Phase | None
    code: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class FailingRun:
    """The run that confirmed an outage, and at how many of the places that measure it was seen."""

    result: RunResult
    location_id: int
    bad_places: int
    places: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What another place reported or a run before: `text` of it, or the response that was good."""

    at: datetime
    location_id: int | None
    text: str = ""
    response: RecordedResponse | None = None


def root_cause(run: FailingRun, others: Sequence[Seen] = (), good: Seen | None = None) -> RootCause:
    """Make the cause of what the failing run shows, what other places report, and the last good answer."""
    failure = run.result.failure
    return RootCause(
        summary=_summary(run),
        phase=failure.phase if failure else None,
        code=str(failure.code) if failure else "",
        evidence=(*_of_run(run), *_of_others(others), *_of_good(good)),
    )


def failing_call(result: RunResult) -> CallResult | None:
    """Return the first call of a run that failed."""
    return next((call for call in result.calls if call.failure is not None), None)


def finding(result: RunResult) -> str:
    """Say in one line what a run found: the step, where there are several, what failed, and at which address."""
    call = failing_call(result)
    text = _words(result.failure, call)
    if call is not None and len(result.calls) > 1:
        text = f"{call.template_name or f'Step {call.step}'}: {text}"
    return _line(text)


def _summary(run: FailingRun) -> str:
    found = finding(run.result)
    return found if run.places == 1 else _line(f"{run.bad_places} of {run.places} locations: {found}")


def _words(failure: Failure | None, call: CallResult | None) -> str:
    if failure is None:
        return "The run failed"
    expiry = call.certificate.not_after if call and call.certificate else None
    if failure.code is FailureCode.CERTIFICATE_EXPIRED and expiry:
        return f"The certificate expired on {expiry:%Y-%m-%d}"
    at_address = failure.phase in (Phase.CONNECT, Phase.TLS) and call is not None and call.address
    return f"{failure.message} ({at_address})" if at_address else failure.message


def _line(text: str) -> str:
    return _bounded(" ".join(text.split()), LONGEST_SUMMARY)


def _bounded(text: str, limit: int = LONGEST_TEXT) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _of_run(run: FailingRun) -> Iterator[Evidence]:
    at, location_id, call = run.result.finished_at, run.location_id, failing_call(run.result)
    pieces: list[tuple[EvidenceKind, str]] = []
    if call is not None:
        pieces += _of_call(call)
    if run.result.logs:
        pieces.append((EvidenceKind.LOG, "\n".join(("Scripts printed:", *run.result.logs))))
    for kind, text in pieces:
        yield Evidence(kind, at, location_id, _bounded(text))


def _of_call(call: CallResult) -> Iterator[tuple[EvidenceKind, str]]:
    if call.response is not None:
        yield EvidenceKind.RESPONSE, _response_text(call.response)
        yield EvidenceKind.HEADERS, _headers_text(call.response)
    if call.certificate is not None:
        yield EvidenceKind.CERTIFICATE, _certificate_text(call.certificate)
    if found := _dns_text(call):
        yield EvidenceKind.DNS, found
    if call.validation_failures:
        yield EvidenceKind.LOG, "\n".join(one.message for one in call.validation_failures)


def _of_others(others: Iterable[Seen]) -> list[Evidence]:
    told = sorted(others, key=lambda seen: seen.at)[:MOST_PLACES]
    return [Evidence(EvidenceKind.LOG, seen.at, seen.location_id, _line(seen.text)) for seen in told]


def _of_good(good: Seen | None) -> list[Evidence]:
    if good is None or good.response is None:
        return []
    texts = (
        (EvidenceKind.RESPONSE, _response_text(good.response)),
        (EvidenceKind.HEADERS, _headers_text(good.response)),
    )
    return [
        Evidence(kind, good.at, good.location_id, _bounded(f"The last good answer: {text}")) for kind, text in texts
    ]


def _response_text(response: RecordedResponse) -> str:
    return f"status {response.status}\n\n{response.body[:LONGEST_TEXT]}"


def _headers_text(response: RecordedResponse) -> str:
    lines = (f"{name}: {value}" for name, value in response.headers)
    return "\n".join((f"status {response.status}", *lines))


def _certificate_text(certificate: Certificate) -> str:
    return "\n".join(
        (
            f"subject: {certificate.subject}",
            f"issuer: {certificate.issuer}",
            f"valid: {certificate.not_before:%Y-%m-%d %H:%M:%S} to {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC",
            f"names: {', '.join(certificate.names)}",
            f"{certificate.protocol} {certificate.cipher}".strip(),
        )
    ).rstrip()


def _dns_text(call: CallResult) -> str:
    """Say what the name of the server stands for; nothing where it is an address itself, or was never reached."""
    host = _host(call.request.href)
    if call.failure is not None and call.failure.phase is Phase.RESOLVE:
        return f"{host}: {call.failure.message}".removeprefix(": ")
    return f"{host} is at {call.address}" if host and call.address and host != call.address else ""


def _host(href: str) -> str:
    try:
        return urlsplit(href).hostname or ""
    except ValueError:
        return ""
