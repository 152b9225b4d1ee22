"""Finding a check by one of its names."""

from typing import Annotated

import strawberry

from app.store.checks import CheckRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import WatchableRef
from graphql_api.nodes.check import Check
from graphql_api.resolvers import checks


async def _check(
    info: Info, by: Annotated[WatchableRef, strawberry.argument(description="Which check.")]
) -> CheckRecord:
    return await checks.check_get(info.context, ref=by.ref())


@strawberry.type
class CheckQuery:
    """The root fields of checks."""

    check: Check | None = fetched(
        _check, "One check of the project; null with NOT_FOUND when there is none, with CONFLICT for a slug of several."
    )
