"""Call: one step's request within a run."""

from typing import Annotated, Protocol

import strawberry

from app.errors import InvalidInput
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.rules.validations import ValidationOperator, ValidationSource
from app.runs.result import FailureKind, RecordedResponse, ValidationFailure
from app.store.calls import CallRecord
from app.store.templates import TemplateRecord, ValidationRecord
from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.measured import NamedText, PhaseTimes, named_texts
from graphql_api.nodes.node import Node
from graphql_api.nodes.template import Template, Validation

LONGEST_BODY = 100_000
MaxBytes = Annotated[int, strawberry.argument(description="How much of it to show: from 1 to 100000.")]


class _Recorded(Protocol):
    """What stored calls and those of test runs have in common."""

    template_id: int | None
    download_bytes: int
    response: RecordedResponse | None
    validation_failures: tuple[ValidationFailure, ...]


def _request_headers(root: StepRequest) -> list[NamedText]:
    return named_texts(root.headers)


def _params(root: StepRequest) -> list[NamedText]:
    return named_texts(root.params)


def _response_headers(root: RecordedResponse) -> list[NamedText]:
    return named_texts(root.headers)


async def _body(root: RecordedResponse, max_bytes: MaxBytes = 10_000) -> str:
    if not 1 <= max_bytes <= LONGEST_BODY:
        raise InvalidInput(f"From 1 to {LONGEST_BODY} bytes can be shown.", path=("maxBytes",))
    return root.body.encode()[:max_bytes].decode(errors="ignore")


async def _validation(root: ValidationFailure, info: Info) -> ValidationRecord | None:
    return None if root.validation_id is None else await info.context.loaders.validation.load(root.validation_id)


async def _template(root: _Recorded, info: Info) -> TemplateRecord | None:
    return None if root.template_id is None else await info.context.loaders.template.load(root.template_id)


def _download_bytes(root: _Recorded) -> float:
    return float(root.download_bytes)


def _failures(root: _Recorded) -> list[ValidationFailure]:
    return list(root.validation_failures)


@node_type(StepRequest, "A request as it was sent, with variables and scripts applied and secrets masked.")
class CallRequest:
    """Describes `StepRequest`."""

    method: str = stored("The method.")
    href: str = stored("Where it went.", name="url")
    headers: list[NamedText] = plain(_request_headers, "The headers that were set.")
    url_parameters: list[NamedText] = plain(_params, "What was added to the URL's query.")
    body: str | None = stored("The body.")


@node_type(RecordedResponse, "What is kept of an answer.")
class CallResponse:
    """Describes `RecordedResponse`."""

    status: int = stored("The status code.")
    headers: list[NamedText] = plain(_response_headers, "The headers, in their order on the wire.")
    content_type: str | None = stored("The first Content-Type header.")
    body: str = fetched(
        _body,
        "The body as text, at most `maxBytes` of it, of which the first 64 KiB are kept.",
        cost=Cost(weight=20),
    )


@node_type(ValidationFailure, "One thing that did not hold of a call.")
class CallFailure:
    """Describes `ValidationFailure`."""

    kind: FailureKind = stored("What of the step went wrong.")
    message: str = stored("A sentence for people.")
    source: ValidationSource | None = stored("What the validation looked at; null when no validation failed.")
    operator: ValidationOperator | None = stored("What it wanted of that; null when no validation failed.")
    validation: Validation | None = fetched(
        _validation, "The validation that failed, as it is now; null when it is gone, or none failed."
    )


@strawberry.type
class Recorded:
    """What stored calls and those of test runs show alike."""

    step: int = stored("Its place in the run, from 1.")
    template: Template | None = fetched(
        _template, "The template whose request it was; null when it is gone, or the monitor has none."
    )
    template_name: str | None = stored("What the template was called then.")
    outcome: Outcome = stored("What it came to.")
    phases: PhaseTimes = stored("The parts of its time, over all redirects that were followed.")
    download_bytes: float = plain(_download_bytes, "How many bytes of bodies came.")
    request: CallRequest | None = stored("What was sent; null when nothing was, or it is no longer kept.")
    response: CallResponse | None = stored("What came; null when nothing did, or it is no longer kept.")
    failures: list[CallFailure] = plain(
        _failures, "What did not hold of it: failed validations and whatever else went wrong."
    )


@node_type(CallRecord, "One step's request within a run.")
class Call(Recorded, Node):
    """Describes `CallRecord`."""

    status_code: int | None = stored("The status code that came, which is kept longer than the answer.")
