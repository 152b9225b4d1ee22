"""Variable: a named value of a project, for the requests and scripts of its monitors."""

from datetime import datetime

from app.store.variables import VariableRecord
from graphql_api.fields import node_type, plain, stored
from graphql_api.nodes.node import Node
from graphql_api.scalars import JSON


def _value(root: VariableRecord) -> JSON | None:
    return None if root.secret else JSON(root.value)


@node_type(VariableRecord, "A named value of a project: `{{name}}` in templates, `context.variables` in their scripts.")
class Variable(Node):
    """Describes `VariableRecord`."""

    name: str = stored("The name; unique in its project.")
    value: JSON | None = plain(_value, "The value; null when it is secret.")
    secret: bool = stored("Whether the value is never shown again, and nowhere recorded.")
    updated_at: datetime = stored("When it was last set.")
