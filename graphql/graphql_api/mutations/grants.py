"""Roles of members for single watchables."""

from typing import Annotated

import strawberry

from app.errors import NotFound
from app.ids import is_uuid, parse_global_id
from app.security.roles import Role
from app.store.grants import GrantRecord
from graphql_api.fields import Info, fetched
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.watchable_grant import WatchableGrant
from graphql_api.resolvers import grants

_ARGUMENTS = {"userEmail": ("userEmail",), "watchableId": ("watchableId",)}

UserEmail = Annotated[str, strawberry.argument(description="By what the member of the project is known.")]
WatchableId = Annotated[strawberry.ID, strawberry.argument(description="Which check or monitor: its id or uuid.")]


@strawberry.type(description="What `watchableGrantUpdate` did.")
class WatchableGrantUpdatePayload(Payload):
    """What is granted now."""

    grants: list[GrantRecord] = strawberry.field(
        graphql_type=list[WatchableGrant],
        default_factory=list,
        description="All grants of the project as they are now; none when refused.",
    )


@strawberry.type(description="What `watchableGrantDelete` did.")
class WatchableGrantDeletePayload(Payload):
    """What is gone."""

    deleted: bool = strawberry.field(default=False, description="Whether the grant is gone; false when refused.")


def _uuid(node_id: str) -> str:
    """Return the uuid in the id of a check or monitor; NotFound when it is none."""
    type_name, name = ("Check", node_id) if is_uuid(node_id) else parse_global_id(node_id) or ("", "")
    if type_name not in ("Check", "Monitor") or not is_uuid(name):
        raise NotFound("There is no such check or monitor.", path=("watchableId",))
    return name


@refusable(WatchableGrantUpdatePayload, _ARGUMENTS)
async def _update(
    info: Info,
    user_email: UserEmail,
    watchable_id: WatchableId,
    role: Annotated[Role, strawberry.argument(description="What the member is to be allowed.")],
) -> WatchableGrantUpdatePayload:
    granted = await grants.grant_update(
        info.context, user_email=user_email, watchable_uuid=_uuid(watchable_id), role=role
    )
    return WatchableGrantUpdatePayload(grants=granted)


@refusable(WatchableGrantDeletePayload, _ARGUMENTS)
async def _delete(info: Info, user_email: UserEmail, watchable_id: WatchableId) -> WatchableGrantDeletePayload:
    await grants.grant_delete(info.context, user_email=user_email, watchable_uuid=_uuid(watchable_id))
    return WatchableGrantDeletePayload(deleted=True)


@strawberry.type
class GrantMutation:
    """The mutations of grants."""

    watchable_grant_update: WatchableGrantUpdatePayload = fetched(
        _update, "Give a member another role for one check or monitor. Needs a key of a user who is an admin."
    )
    watchable_grant_delete: WatchableGrantDeletePayload = fetched(
        _delete, "Let a member have the role of the project again. Needs a key of a user who is an admin."
    )
