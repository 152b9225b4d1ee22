"""Finding a monitor by one of its names."""

from typing import Annotated

import strawberry

from app.store.monitors import MonitorRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import WatchableRef
from graphql_api.nodes.monitor import Monitor
from graphql_api.resolvers import monitors


async def _monitor(
    info: Info, by: Annotated[WatchableRef, strawberry.argument(description="Which monitor.")]
) -> MonitorRecord:
    return await monitors.monitor_get(info.context, ref=by.monitor())


@strawberry.type
class MonitorQuery:
    """The root fields of monitors."""

    monitor: Monitor | None = fetched(
        _monitor,
        "One monitor of the project; null with NOT_FOUND when there is none, with CONFLICT for a slug of several.",
    )
