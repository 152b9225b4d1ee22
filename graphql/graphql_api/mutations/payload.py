"""Payloads: what a mutation did, or why it was refused."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar

import strawberry

from app.errors import Conflict, HeliographError, NotFound, Unauthenticated
from graphql_api.context import Context
from graphql_api.errors import Error, Paths, payload_error
from graphql_api.inputs.references import WatchableRef, uuid_of

ARGUMENTS: Paths = MappingProxyType({name: (name,) for name in ("by", "id", "ids")})
"""The arguments that stand beside `input`."""


@strawberry.type(description="What a mutation did, or why it was refused.")
class Payload:
    """What every payload has."""

    errors: list[Error] = strawberry.field(
        default_factory=list, description="Why it was refused, at most one for each thing asked for; empty on success."
    )


P = TypeVar("P", bound=Payload)
Act = Callable[..., Awaitable[P]]


def refusable(payload: type[P], paths: Paths | None = None) -> Callable[[Act[P]], Act[P]]:
    """Let a mutation's refusals be data in its payload; what later fields read is read anew in any case."""
    known: Mapping[str, tuple[str, ...]] = {**ARGUMENTS, **(paths or {})}

    def decorate(act: Act[P]) -> Act[P]:
        @wraps(act)
        async def guarded(**arguments: Any) -> P:
            try:
                return await act(**arguments)
            except HeliographError as error:
                if isinstance(error, NotFound | Conflict) and not error.path:
                    error.path = _reference(arguments)
                return payload(errors=[payload_error(error, known)])
            finally:
                arguments["info"].context.forget()

        return guarded

    return decorate


def _reference(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the path of the argument that names what is to be changed; empty when none does."""
    by = arguments.get("by")
    if isinstance(by, WatchableRef):
        return by.path
    return ("id",) if "id" in arguments else ()


T = TypeVar("T")


async def each(
    ids: Sequence[strawberry.ID], act: Callable[[strawberry.ID], Awaitable[T]]
) -> tuple[dict[strawberry.ID, T], list[Error]]:
    """Let `act` handle each of the argument `ids` by itself; return what it made by their ids, and the refusals."""
    handled: dict[strawberry.ID, T] = {}
    errors: list[Error] = []
    for place, one in enumerate(ids):
        try:
            handled[one] = await act(one)
        except Unauthenticated:
            raise
        except HeliographError as error:
            error.path = ("ids", str(place))
            errors.append(payload_error(error, ARGUMENTS))
    return handled, errors


def own_project(ctx: Context, project_id: str) -> None:
    """Raise NotFound unless the global id is that of the caller's project."""
    if uuid_of(project_id, "Project", "projectId") != ctx.project().uuid:
        raise NotFound("There is no such project.", path=("projectId",))
