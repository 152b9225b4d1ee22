"""Finding anything by its global id."""

from typing import Annotated, Any

import strawberry

from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import bounded
from graphql_api.nodes.node import Node
from graphql_api.resolvers import nodes


async def _node(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002 - the argument's name in the schema
) -> Any:
    return await nodes.node_get(info.context, node_id=id)


async def _nodes(
    info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their global ids; at most 100.")]
) -> Any:
    return await nodes.node_list(info.context, ids=bounded(ids))


@strawberry.type
class NodeQuery:
    """The root fields of nodes."""

    node: Node | None = fetched(
        _node, "What has this global id; null with NOT_FOUND when the key may see nothing by it."
    )
    nodes: list[Node | None] = fetched(
        _nodes,
        "What has these global ids, in their order; null with NOT_FOUND in the place of each that has nothing.",
        cost=Cost(weight=1, multipliers=["ids"]),
    )
