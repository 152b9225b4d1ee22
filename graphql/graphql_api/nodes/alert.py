"""Alert: what one place found."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.store.alerts import AlertRecord
from app.store.checks import CheckRecord
from app.store.locations import LocationRecord
from app.store.monitors import MonitorRecord
from app.store.outages import OutageRecord
from app.store.runs import RunRecord
from graphql_api.fields import Info, fetched, node_type, stored
from graphql_api.nodes.location import Location
from graphql_api.nodes.node import Node
from graphql_api.nodes.outage import Outage
from graphql_api.nodes.run import Run

if TYPE_CHECKING:
    from graphql_api.nodes.watchable import Watchable


async def _watchable(root: AlertRecord, info: Info) -> CheckRecord | MonitorRecord | None:
    return await info.context.loaders.watchable.load(root.watchable_id)


async def _location(root: AlertRecord, info: Info) -> LocationRecord | None:
    return None if root.location_id is None else await info.context.loaders.location.load(root.location_id)


async def _run(root: AlertRecord, info: Info) -> RunRecord | None:
    return None if root.run_id is None else await info.context.loaders.run.load(root.run_id)


async def _outage(root: AlertRecord, info: Info) -> OutageRecord | None:
    return None if root.outage_id is None else await info.context.loaders.outage.load(root.outage_id)


@node_type(AlertRecord, "What one place found when it went from good to bad.")
class Alert(Node):
    """Describes `AlertRecord`."""

    watchable: Annotated["Watchable", strawberry.lazy("graphql_api.nodes.watchable")] | None = fetched(
        _watchable, "What it is about."
    )
    location: Location | None = fetched(_location, "Which place found it; null when the place is gone.")
    at: datetime = stored("When it went bad.")
    resolved_at: datetime | None = stored("When it was good there again; null while it is bad.")
    output: str = stored("What went wrong, for people.")
    run: Run | None = fetched(_run, "The run that found it, if that is still kept.")
    outage: Outage | None = fetched(_outage, "The outage that it is part of; null while nothing confirms it.")
    ignored: bool = stored("Whether it is not to count.")
