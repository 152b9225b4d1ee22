"""The cost of an operation: how many nodes it touches at worst, by its page sizes (GRAPHQL.md section 2).

A field with a selection costs as many nodes as it may have rows, and each row costs what is selected of it. What a
fragment costs is computed once, so that fragments within fragments cannot make the counting itself expensive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_operation_ast,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema_converter import GraphQLCoreConverter

from graphql_api.connections import DEFAULT_PAGE, MAX_PAGE
from graphql_api.cost import Cost

INTROSPECTION_COST = 100
"""What `__schema` and `__type` cost, whatever is asked of them."""
_SIZES = ("first", "last")


@dataclass(slots=True)
class _Meter:
    """Measures the selections of one operation with the variables that came with it."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[str, int] = field(default_factory=dict)

    def cost(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> int:
        """Return what one object of this type costs."""
        return sum(self._parts(selections, parent))

    def _parts(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Iterator[int]:
        for one in selections.selections if selections else ():
            if isinstance(one, FieldNode):
                yield self._field(one, parent)
            elif isinstance(one, FragmentSpreadNode):
                yield self._fragment(one.name.value)
            elif isinstance(one, InlineFragmentNode):
                condition = one.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                yield self.cost(one.selection_set, inner)

    def _fragment(self, name: str) -> int:
        if name not in self.known:
            found = self.fragments[name]
            inner = self.schema.get_type(found.type_condition.name.value)
            self.known[name] = self.cost(found.selection_set, inner)
        return self.known[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> int:
        if node.name.value.startswith("__"):
            return INTROSPECTION_COST if node.selection_set else 0
        definition: GraphQLField = parent.fields[node.name.value]  # type: ignore[union-attr] # validation ran before
        stated = _stated(definition)
        names = (*_SIZES, *(stated.multipliers or ())) if stated else _SIZES
        rows = self._rows(node, definition, names)
        counts = node.selection_set is not None or stated is not None
        weight = stated.weight if stated else 1
        inner = self.cost(node.selection_set, get_named_type(definition.type))
        return rows * (inner + weight * counts)

    def _rows(self, node: FieldNode, definition: GraphQLField, names: tuple[str, ...]) -> int:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        rows = 1
        for name in names:
            if name in definition.args:
                default = definition.args[name].default_value
                rows *= self._size(given.get(name), default if isinstance(default, int) else DEFAULT_PAGE)
        return rows

    def _size(self, value: ValueNode | None, default: int) -> int:
        if isinstance(value, VariableNode):
            return self._variable(value.name.value, default)
        if value is None or isinstance(value, NullValueNode):
            return default
        if isinstance(value, IntValueNode):
            return max(1, int(value.value))
        return max(1, len(value.values)) if isinstance(value, ListValueNode) else 1

    def _variable(self, name: str, default: int) -> int:
        given = self.variables.get(name, Undefined)
        if given is Undefined:
            declared = [one for one in self.operation.variable_definitions or () if one.variable.name.value == name]
            return self._size(declared[0].default_value if declared else None, default)
        if given is None:
            return default
        if isinstance(given, int):
            return max(1, int(given))
        # Whatever else it is will be refused; until then the worst is assumed.
        return max(1, len(given)) if isinstance(given, list) else MAX_PAGE


def _stated(definition: GraphQLField) -> Cost | None:
    declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return next((one for one in getattr(declared, "directives", ()) if isinstance(one, Cost)), None)


class CostLimit(SchemaExtension):
    """Refuses an operation that costs more than the request's budget has left, and tells what it cost."""

    def __init__(self) -> None:
        self._requested: int | None = None

    def on_validate(self) -> Iterator[None]:
        """Pay for a document that was found valid."""
        execution = self.execution_context
        if not execution.pre_execution_errors:
            budget = execution.context.budget
            self._requested = self._cost()
            if not budget.spend(self._requested):
                message = f"The operation costs {self._requested}; {budget.remaining} of {budget.total} are left."
                extensions = {"code": "TOO_EXPENSIVE", "cost": self._requested, "limit": budget.remaining}
                execution.pre_execution_errors = [GraphQLError(message, extensions=extensions)]
        yield

    def get_results(self) -> dict[str, Any]:
        """Return what the operation cost, for the answer's `extensions`."""
        if self._requested is None:
            return {}
        budget = self.execution_context.context.budget
        return {"cost": {"requested": self._requested, "budget": budget.total, "remaining": budget.remaining}}

    def _cost(self) -> int:
        execution = self.execution_context
        document = execution.graphql_document
        operation = get_operation_ast(document, execution.operation_name) if document else None
        if document is None or operation is None:
            return 0
        schema: GraphQLSchema = execution.schema._schema  # noqa: SLF001 - as Strawberry's own extensions do
        fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        meter = _Meter(schema, operation, fragments, execution.variables or {})
        return meter.cost(operation.selection_set, schema.get_root_type(operation.operation))
