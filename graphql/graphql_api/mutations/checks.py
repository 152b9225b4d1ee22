"""What can be done with checks."""

from typing import Annotated

import strawberry

from app.store.checks import CheckRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.check import PATHS, CheckCreateInput, CheckUpdateInput
from graphql_api.inputs.references import WatchableRef
from graphql_api.mutations.payload import Payload, own_project, refusable
from graphql_api.nodes.check import Check
from graphql_api.resolvers import checks


@strawberry.type(description="What `checkCreate` did.")
class CheckCreatePayload(Payload):
    """The check, made or found."""

    check: CheckRecord | None = strawberry.field(
        graphql_type=Check | None, default=None, description="The check; null when refused."
    )
    created: bool = strawberry.field(
        default=False, description="False when `uniqueOn` found a check, and when refused."
    )


@strawberry.type(description="What `checkUpdate` did.")
class CheckUpdatePayload(Payload):
    """The check as it is now."""

    check: CheckRecord | None = strawberry.field(
        graphql_type=Check | None, default=None, description="The check as it is now; null when refused."
    )


@refusable(CheckCreatePayload, PATHS)
async def _create(
    info: Info,
    input: Annotated[CheckCreateInput, strawberry.argument(description="What the check is to be.")],  # noqa: A002 - the argument's name in the schema
) -> CheckCreatePayload:
    own_project(info.context, input.project_id)
    made = await checks.check_create(
        info.context, changes=input.changes(), unique=input.unique_on or (), new_slug=input.made_slug
    )
    return CheckCreatePayload(check=made.check, created=made.created)


@refusable(CheckUpdatePayload, PATHS)
async def _update(
    info: Info,
    by: Annotated[WatchableRef, strawberry.argument(description="Which check.")],
    input: Annotated[CheckUpdateInput, strawberry.argument(description="What is to become of it.")],  # noqa: A002 - the argument's name in the schema
) -> CheckUpdatePayload:
    changed = await checks.check_update(info.context, ref=by.ref(), changes=input.changes())
    return CheckUpdatePayload(check=changed)


@strawberry.type
class CheckMutation:
    """The mutations of checks."""

    check_create: CheckCreatePayload = fetched(
        _create, "Make a check; or, by `uniqueOn`, change the one that is there already."
    )
    check_update: CheckUpdatePayload = fetched(
        _update, "Change a check. Its state stays; its deadline follows from its new schedule."
    )
