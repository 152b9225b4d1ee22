"""Tag: a label of a project."""

from app.store.tags import TagRecord
from graphql_api.fields import node_type, stored
from graphql_api.nodes.node import Node


@node_type(TagRecord, "A label of a project.")
class Tag(Node):
    """Describes `TagRecord`."""

    name: str = stored("The label; unique in its project.")
    color: str = stored("Its colour, as `#rrggbb`.")
