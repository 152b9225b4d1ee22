"""The scalars of the schema: how each is read and written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from app.security.hops import wire_url

Duration = NewType("Duration", int)
"""Whole seconds."""
URL = NewType("URL", str)
"""An absolute http or https URL."""
JSON = NewType("JSON", object)
"""A value whose shape the schema does not know."""

LONGEST_DURATION = 2**31 - 1
"""Seconds; what fits a 32-bit column. Each field has narrower bounds of its own."""


def written_instant(value: datetime) -> str:
    """Return the instant as ISO 8601 with a trailing Z."""
    return value.isoformat().removesuffix("+00:00") + "Z"


def read_instant(value: object) -> datetime:
    """Return the instant, in UTC, that an ISO 8601 text with an offset or Z names."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise GraphQLError("A DateTime is an ISO 8601 instant with an offset, such as 2026-03-01T12:00:00Z.")


def read_duration(value: object) -> int:
    """Return the seconds that a whole number gives."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST_DURATION:
        return value
    raise GraphQLError(f"A Duration is a whole number of seconds, from 0 to {LONGEST_DURATION}.")


def read_url(value: object) -> str:
    """Return the text when it is an absolute http or https URL."""
    try:
        if isinstance(value, str):
            wire_url(value)
            return value
    except ValueError:
        pass
    raise GraphQLError("A URL is absolute and begins with http:// or https://.")


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="ISO 8601 instant, always UTC, with a trailing Z. An offset is accepted and converted.",
        serialize=written_instant,
        parse_value=read_instant,
    ),
    Duration: strawberry.scalar(
        name="Duration",
        description="Whole seconds. Every interval, grace and timeout in the schema uses it.",
        serialize=int,
        parse_value=read_duration,
    ),
    URL: strawberry.scalar(name="URL", description="Absolute http or https URL.", serialize=str, parse_value=read_url),
    JSON: strawberry.scalar(
        name="JSON",
        description="Free JSON value; only where a plugin or a user owns its shape: settings of channels, variables.",
        serialize=lambda value: value,
    ),
}
"""Which Python type stands for which scalar."""
