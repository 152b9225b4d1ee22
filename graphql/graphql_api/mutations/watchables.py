"""What can be done with checks and whatever else is watched, many at a time."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from app.errors import HeliographError, Unauthenticated
from app.store.checks import CheckRecord
from graphql_api.errors import Error, payload_error
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import bounded, check_ref
from graphql_api.mutations.payload import ARGUMENTS, Payload, refusable
from graphql_api.nodes.watchable import Watchable
from graphql_api.resolvers import checks

Ids = Annotated[
    list[strawberry.ID],
    strawberry.argument(
        description="Which ones, at most 100. Each is handled by itself: what is refused is in `errors`."
    ),
]


@strawberry.type(description="What `watchablePause` or `watchableResume` did.")
class WatchablePausePayload(Payload):
    """Those that were handled."""

    watchables: list[CheckRecord] = strawberry.field(
        graphql_type=list[Watchable], default_factory=list, description="Those that were not refused, as they are now."
    )


@strawberry.type(description="What `watchableDelete` did.")
class WatchableDeletePayload(Payload):
    """Those that are gone."""

    deleted_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Those that were deleted, as they were named."
    )


Act = Callable[..., Awaitable[CheckRecord]]


async def _each(info: Info, ids: list[strawberry.ID], act: Act) -> tuple[dict[strawberry.ID, CheckRecord], list[Error]]:
    """Let `act` handle each check by itself; return the handled by their ids, and the refusals."""
    handled: dict[strawberry.ID, CheckRecord] = {}
    errors: list[Error] = []
    for place, one in enumerate(bounded(ids)):
        try:
            handled[one] = await act(info.context, ref=check_ref(one))
        except Unauthenticated:
            raise
        except HeliographError as error:
            error.path = ("ids", str(place))
            errors.append(payload_error(error, ARGUMENTS))
    return handled, errors


@refusable(WatchablePausePayload)
async def _pause(info: Info, ids: Ids) -> WatchablePausePayload:
    handled, errors = await _each(info, ids, checks.check_pause)
    return WatchablePausePayload(watchables=list(handled.values()), errors=errors)


@refusable(WatchablePausePayload)
async def _resume(info: Info, ids: Ids) -> WatchablePausePayload:
    handled, errors = await _each(info, ids, checks.check_resume)
    return WatchablePausePayload(watchables=list(handled.values()), errors=errors)


@refusable(WatchableDeletePayload)
async def _delete(info: Info, ids: Ids) -> WatchableDeletePayload:
    handled, errors = await _each(info, ids, checks.check_delete)
    return WatchableDeletePayload(deleted_ids=list(handled), errors=errors)


@strawberry.type
class WatchableMutation:
    """The mutations of watchables."""

    watchable_pause: WatchablePausePayload = fetched(_pause, "Stop watching these; one that is paused stays so.")
    watchable_resume: WatchablePausePayload = fetched(
        _resume, "Let paused ones wait for their first ping again; CONFLICT for one that is not paused."
    )
    watchable_delete: WatchableDeletePayload = fetched(_delete, "Delete these with their history.")
