"""ApiKey: a credential of a project."""

from collections.abc import Mapping
from datetime import datetime

from app.security.keys import KeyRole
from app.store.keys import KeyRecord
from graphql_api.enums import ApiScope
from graphql_api.fields import node_type, plain, stored
from graphql_api.nodes.node import Node

SCOPES: Mapping[KeyRole, tuple[ApiScope, ...]] = {
    KeyRole.READ_WRITE: (ApiScope.READ, ApiScope.WRITE),
    KeyRole.READ_ONLY: (ApiScope.READ,),
    KeyRole.PING: (ApiScope.PING,),
}
"""What a key of each role opens."""


def _scopes(root: KeyRecord) -> list[ApiScope]:
    return list(SCOPES[root.role])


@node_type(KeyRecord, "A credential of a project; its secret is shown once, when it is made.")
class ApiKey(Node):
    """Describes `KeyRecord`."""

    name: str = stored("What people call it.")
    prefix: str = stored("The first characters of its secret, by which its owner recognises it.")
    scopes: list[ApiScope] = plain(_scopes, "What it opens.")
    allow_ip: str | None = stored(
        "From where it may be used: addresses, networks and texts with `*`; null is anywhere."
    )
    created_at: datetime = stored("When it was made.")
    expires_at: datetime | None = stored("When it stops to work; null is never.")
    last_used_at: datetime | None = stored("When it was last used, to the minute.")
