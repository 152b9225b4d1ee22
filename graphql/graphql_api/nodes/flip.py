"""Flip: one stored change of state."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.rules.states import WatchState
from app.store.checks import CheckRecord
from app.store.history import FlipRecord
from app.store.monitors import MonitorRecord
from graphql_api.fields import Info, fetched, node_type, stored
from graphql_api.nodes.node import Node

if TYPE_CHECKING:
    from graphql_api.nodes.watchable import Watchable


async def _watchable(root: FlipRecord, info: Info) -> CheckRecord | MonitorRecord | None:
    return await info.context.loaders.watchable.load(root.watchable_id)


@node_type(FlipRecord, "One stored change of state.")
class Flip(Node):
    """Describes `FlipRecord`."""

    at: datetime = stored("The moment that it was due, not the moment that it was noticed.")
    from_state: WatchState = stored("The state before.", name="from")
    to_state: WatchState = stored("The state from then on.", name="to")
    reason: str = stored("Why: `timeout`, `fail`, `paused`, `resumed`, or empty for a plain success.")
    watchable: Annotated["Watchable", strawberry.lazy("graphql_api.nodes.watchable")] | None = fetched(
        _watchable, "What changed its state."
    )
