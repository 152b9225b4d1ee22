"""What can be done with keys."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.errors import InvalidInput
from app.security.keys import KeyRole
from app.store.keys import KeyRecord
from graphql_api.enums import ApiScope
from graphql_api.errors import Paths
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import uuid_of
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.api_key import SCOPES, ApiKey
from graphql_api.resolvers import keys

_PATHS: Paths = {name: (name,) for name in ("projectId", "name", "scopes", "allowIp", "expiresAt")}


@strawberry.type(description="What `apiKeyCreate` did.")
class ApiKeyCreatePayload(Payload):
    """The key, and its secret this once."""

    api_key: KeyRecord | None = strawberry.field(
        graphql_type=ApiKey | None, default=None, description="The key; null when refused."
    )
    secret: str | None = strawberry.field(
        default=None, description="What to send with requests. It is shown this once, and cannot be had again."
    )


@strawberry.type(description="What `apiKeyRevoke` did.")
class ApiKeyRevokePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="What was revoked; null when refused."
    )


@refusable(ApiKeyCreatePayload, _PATHS)
async def _create(
    info: Info,
    project_id: Annotated[strawberry.ID, strawberry.argument(description="The project that it is to open.")],
    name: Annotated[str, strawberry.argument(description="What people are to call it; at most 100 characters.")],
    scopes: Annotated[
        list[ApiScope],
        strawberry.argument(description="What it is to open: READ and WRITE, READ alone, or PING alone."),
    ],
    allow_ip: Annotated[
        str | None,
        strawberry.argument(description="From where it may be used: addresses, networks, texts with `*`, by commas."),
    ] = None,
    expires_at: Annotated[
        datetime | None, strawberry.argument(description="When it is to stop to work; null is never.")
    ] = None,
) -> ApiKeyCreatePayload:
    made, secret = await keys.key_create(
        info.context,
        project_uuid=uuid_of(project_id, "Project", "projectId"),
        role=_role(scopes),
        name=name,
        allow_ip=allow_ip,
        expires_at=expires_at,
    )
    return ApiKeyCreatePayload(api_key=made, secret=secret)


def _role(scopes: list[ApiScope]) -> KeyRole:
    for role, opened in SCOPES.items():
        if set(opened) == set(scopes):
            return role
    raise InvalidInput("A key opens READ and WRITE, READ alone, or PING alone.", path=("scopes",))


@refusable(ApiKeyRevokePayload)
async def _revoke(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="Which key.")],  # noqa: A002 - the argument's name in the schema
) -> ApiKeyRevokePayload:
    await keys.key_revoke(info.context, uuid=uuid_of(id, "ApiKey", "id"))
    return ApiKeyRevokePayload(deleted_id=id)


@strawberry.type
class KeyMutation:
    """The mutations of keys."""

    api_key_create: ApiKeyCreatePayload = fetched(_create, "Make a key of a project.")
    api_key_revoke: ApiKeyRevokePayload = fetched(_revoke, "Delete a key: it stops to work at once.")
