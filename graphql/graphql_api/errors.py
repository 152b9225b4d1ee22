"""Refusals as the schema shows them: domain errors become data in payloads, or codes in the answer's `errors`."""

from collections.abc import Mapping
from enum import StrEnum

import strawberry
from strawberry.utils.str_converters import to_camel_case

from app import errors as domain
from graphql_api.enums import described


class ErrorCode(StrEnum):
    """The codes that a payload's errors carry."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    LIMIT_REACHED = "LIMIT_REACHED"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    UNREACHABLE = "UNREACHABLE"


described(
    ErrorCode,
    "Why something was refused. More codes may come: clients must accept unknown ones.",
    INVALID="The input breaks a rule; `path` names the field.",
    NOT_FOUND="Nothing that the key may see has this name.",
    LIMIT_REACHED="One more would pass a limit.",
    FORBIDDEN="The key may not do this.",
    CONFLICT="The input is well formed, and the present state refuses it.",
    UNREACHABLE="A part that the server depends on does not answer.",
)


@strawberry.interface(description="An expected refusal: nothing was changed by what it refused.")
class Error:
    """What every refusal tells."""

    code: ErrorCode = strawberry.field(description="Stable machine code.")
    message: str = strawberry.field(description="Safe to show to a person.")
    path: list[str] | None = strawberry.field(
        description='Path into the arguments, e.g. ["input", "grace"]; null when no single field is at fault.'
    )


@strawberry.type(description="A field of the input breaks a rule.")
class InputError(Error):
    """For domain errors of code INVALID."""


@strawberry.type(description="Nothing that the key may see has this name.")
class NotFoundError(Error):
    """For domain errors of code NOT_FOUND."""


@strawberry.type(description="The key may not do this.")
class ForbiddenError(Error):
    """For domain errors of code FORBIDDEN."""


@strawberry.type(description="The input is well formed, and the present state refuses it.")
class ConflictError(Error):
    """For domain errors of code CONFLICT."""


@strawberry.type(description="A part that the server depends on does not answer; try again later.")
class UnavailableError(Error):
    """For domain errors of code UNREACHABLE."""


@strawberry.type(description="One more would pass a limit.")
class LimitError(Error):
    """For domain errors of code LIMIT_REACHED."""

    limit: int = strawberry.field(description="How many there may be.")
    used: int = strawberry.field(description="How many there are.")


_TYPES: Mapping[str, type[Error]] = {
    domain.InvalidInput.code: InputError,
    domain.NotFound.code: NotFoundError,
    domain.Forbidden.code: ForbiddenError,
    domain.Conflict.code: ConflictError,
    domain.Unavailable.code: UnavailableError,
}

ERROR_TYPES = (*_TYPES.values(), LimitError)
"""Every concrete error, for the schema to know."""

Paths = Mapping[str, tuple[str, ...]]
"""Where a field that the domain names stands in the arguments of a mutation."""


def payload_error(error: domain.HeliographError, paths: Paths) -> Error:
    """Return what a payload says of this refusal; raises the error again when it is none that a payload may hold."""
    path = _path(error.path, paths)
    if isinstance(error, domain.LimitReached):
        return LimitError(
            code=ErrorCode(error.code), message=error.message, path=path, limit=error.limit, used=error.used
        )
    if error.code not in _TYPES:
        raise error
    return _TYPES[error.code](code=ErrorCode(error.code), message=error.message, path=path)


def _path(path: tuple[str, ...], paths: Paths) -> list[str] | None:
    """Return where the field stands: as `paths` says, else by its own name within the input."""
    if not path:
        return None
    first, *rest = path
    return [*paths.get(first, ("input", to_camel_case(first))), *map(to_camel_case, rest)]
