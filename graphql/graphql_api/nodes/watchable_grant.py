"""WatchableGrant: the role of a member of the project for one watchable."""

import strawberry

from app.ids import global_id
from app.models import WatchableKind
from app.security.roles import Role
from app.store.grants import GrantRecord
from graphql_api.fields import node_type, plain, stored

_TYPES = {WatchableKind.CHECK: "Check", WatchableKind.MONITOR: "Monitor"}


def _watchable_id(root: GrantRecord) -> strawberry.ID:
    return strawberry.ID(global_id(_TYPES[root.watchable_kind], root.watchable_uuid))


@node_type(GrantRecord, "The role of a member for one check or monitor, in place of the member's role in the project.")
class WatchableGrant:
    """Describes `GrantRecord`."""

    user_email: str = stored("By what the member is known.")
    watchable_id: strawberry.ID = plain(_watchable_id, "The global id of the check or monitor.")
    watchable_name: str = stored("What people call it.")
    role: Role = stored("What the member may do with it, as far as the member's key allows it.")
