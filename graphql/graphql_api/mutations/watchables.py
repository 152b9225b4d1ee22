"""What can be done with checks and monitors alike, many at a time."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from graphql_api.errors import Error
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import bounded, watchable_ref
from graphql_api.mutations.payload import Payload, each, refusable
from graphql_api.nodes.watchable import Record, Watchable
from graphql_api.resolvers import watchables

Ids = Annotated[
    list[strawberry.ID],
    strawberry.argument(
        description="Which ones, at most 100. Each is handled by itself: what is refused is in `errors`."
    ),
]


@strawberry.type(description="What `watchablePause` or `watchableResume` did.")
class WatchablePausePayload(Payload):
    """Those that were handled."""

    watchables: list[Record] = strawberry.field(
        graphql_type=list[Watchable], default_factory=list, description="Those that were not refused, as they are now."
    )


@strawberry.type(description="What `watchableDelete` did.")
class WatchableDeletePayload(Payload):
    """Those that are gone."""

    deleted_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Those that were deleted, as they were named."
    )


Act = Callable[..., Awaitable[Record]]


async def _each(info: Info, ids: list[strawberry.ID], act: Act) -> tuple[dict[strawberry.ID, Record], list[Error]]:
    return await each(bounded(ids), lambda one: act(info.context, ref=watchable_ref(one)))


@refusable(WatchablePausePayload)
async def _pause(info: Info, ids: Ids) -> WatchablePausePayload:
    handled, errors = await _each(info, ids, watchables.watchable_pause)
    return WatchablePausePayload(watchables=list(handled.values()), errors=errors)


@refusable(WatchablePausePayload)
async def _resume(info: Info, ids: Ids) -> WatchablePausePayload:
    handled, errors = await _each(info, ids, watchables.watchable_resume)
    return WatchablePausePayload(watchables=list(handled.values()), errors=errors)


@refusable(WatchableDeletePayload)
async def _delete(info: Info, ids: Ids) -> WatchableDeletePayload:
    handled, errors = await _each(info, ids, watchables.watchable_delete)
    return WatchableDeletePayload(deleted_ids=list(handled), errors=errors)


@strawberry.type
class WatchableMutation:
    """The mutations of watchables."""

    watchable_pause: WatchablePausePayload = fetched(_pause, "Stop watching these; one that is paused stays so.")
    watchable_resume: WatchablePausePayload = fetched(
        _resume,
        "Watch paused ones again: checks wait for their first ping, monitors are run at once. CONFLICT for one that is "
        "not paused.",
    )
    watchable_delete: WatchableDeletePayload = fetched(_delete, "Delete these with their history.")
