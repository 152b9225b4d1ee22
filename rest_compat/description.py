"""What a route table's rows say of themselves, for OpenAPI documents and the compatibility page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
"""A JSON schema."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request may be refused with one status; `body` is the schema of the JSON that tells it, if any does."""

    text: str
    body: Schema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """`summary` is the heading of the document's section. `answers` gives the schema of the body by status code.

    `media_type` and `body_type` are those of the answer and of the request.
    """

    summary: str
    answers: Mapping[int, Schema]
    media_type: str = "application/json"
    query: Mapping[str, Schema] = field(default_factory=dict)
    headers: Mapping[str, Schema] = field(default_factory=dict)
    body: Schema | None = None
    body_type: str = "application/json"
    refusals: Mapping[int, Refusal] = field(default_factory=dict)
