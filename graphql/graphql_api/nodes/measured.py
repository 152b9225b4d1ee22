"""What runs and calls measure: the parts of their time, and why they failed."""

import strawberry

from app.probes.result import Phase
from app.rules.steps import Pairs
from graphql_api.fields import stored


@strawberry.type(description="Milliseconds of each part; null where the part did not happen.")
class PhaseTimes:
    """Describes whatever has these attributes."""

    resolve_ms: float | None = stored("Finding the address of the name.")
    connect_ms: float | None = stored("Opening the connection.")
    tls_ms: float | None = stored("Agreeing on its encryption.")
    processing_ms: float | None = stored("From the request sent to the first byte of the answer.")
    transfer_ms: float | None = stored("From the first byte of the answer to the last.")
    closing_ms: float | None = stored("From the last byte to the end of the exchange.")
    total_ms: float = stored("The sum of the parts.")


@strawberry.type(description="Why a measurement has no good end.")
class Failure:
    """Describes `Failure` of the probes."""

    phase: Phase = stored("In which part it went wrong.")
    code: str = stored("A stable word for programs, such as `TIMEOUT`. More may come.")
    message: str = stored("A sentence for people.")


@strawberry.type(description="A name and a value: of a header or a parameter, in the order in which they were given.")
class NamedText:
    """One of `Pairs`."""

    name: str = strawberry.field(description="The name; may stand several times.")
    value: str = strawberry.field(description="The value.")


def named_texts(pairs: Pairs) -> list[NamedText]:
    """Return the pairs as the schema shows them."""
    return [NamedText(name=name, value=value) for name, value in pairs]
