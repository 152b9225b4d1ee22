"""Ping: one signal that a check received."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.errors import InvalidInput
from app.ids import global_id
from app.rules.states import PingKind
from app.store.history import PingRecord
from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched, node_type, stored
from graphql_api.nodes.node import Node

LONGEST_BODY = 1_000_000
_MILLISECONDS = 1000.0


async def _id(root: PingRecord, info: Info) -> strawberry.ID:
    check = await info.context.loaders.check.load(root.watchable_id)
    if check is None:
        raise LookupError("a ping outlived its check")
    return strawberry.ID(global_id("Ping", f"{check.uuid}/{root.number}"))


async def _duration_ms(root: PingRecord, info: Info) -> float | None:
    duration = await info.context.loaders.ping_duration.load(root.name)
    return None if duration is None else duration.total_seconds() * _MILLISECONDS


async def _body(
    root: PingRecord,
    info: Info,
    max_bytes: Annotated[int, strawberry.argument(description="How much of it to show: from 1 to 1000000.")] = 10_000,
) -> str | None:
    if not 1 <= max_bytes <= LONGEST_BODY:
        raise InvalidInput(f"From 1 to {LONGEST_BODY} bytes can be shown.", path=("maxBytes",))
    body = await info.context.loaders.ping_body.load(root.name) if root.has_body else None
    return None if body is None else body[:max_bytes].decode(errors="replace")


@node_type(PingRecord, "One signal that a check received. Read-write keys alone see pings.")
class Ping(Node):
    """Describes `PingRecord`. Pings have no uuid: check and number name one."""

    id: strawberry.ID = fetched(_id, "Global id: opaque, and stable for as long as the ping is kept.")
    number: int = stored("Counts the signals of the check from 1, without gaps.")
    kind: PingKind = stored("What the signal said, after the check's filters.")
    at: datetime = stored("When it was received.")
    run_key: str | None = stored("The run that it belongs to, when its sender named one.")
    exit_status: int | None = stored("The exit status that it reported.")
    duration_ms: float | None = fetched(_duration_ms, "How long the run took that it ended, when its start is known.")
    scheme: str = stored("How it came: `http`, `https` or `email`.")
    method: str = stored("The HTTP method that it came by.")
    remote_address: str | None = stored("The address that it came from.")
    user_agent: str = stored("How its sender named itself.")
    has_body: bool = stored("Whether a body was kept of it.")
    body: str | None = fetched(
        _body,
        "The body, at most `maxBytes` of it, decoded leniently; null when none was kept.",
        cost=Cost(weight=20),
    )
