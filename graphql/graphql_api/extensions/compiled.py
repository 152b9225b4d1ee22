"""Execution that answers plain fields itself, many rows at a time, and leaves all else to graphql-core.

graphql-core spends some 3 microseconds a field: on a list of 1000 x 10 that is most of the request (DESIGN section 8).
Only fields that do no I/O are answered here (see `plain_values`). Whatever is unusual about a list or an object, an
error in it above all, makes graphql-core do it from the start: reading twice harms nothing, since nothing was changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLOutputType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graphql_api.extensions.plain_values import Leaf, NotPlain, PlainInfo, Reader, leaf, reader

_TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class Rows:
    """Answers a selection of plain fields for many records of one type."""

    kind: GraphQLObjectType
    columns: Mapping[str, "Leaf | Nested | None"]
    """By the names in the answer; None is the type's name."""

    def answers(self, records: Sequence[Any], info: PlainInfo) -> list[dict[str, Any]]:
        """Return one object a record; NotPlain or any error when graphql-core must do it."""
        is_type_of = self.kind.is_type_of
        if is_type_of is not None and not all(is_type_of(record, info) is True for record in records):  # type: ignore[arg-type] # ours look at the record alone
            raise NotPlain
        empty: dict[str, Any] = dict.fromkeys(self.columns)
        answers = [empty.copy() for _ in records]
        for name, column in self.columns.items():
            values = [self.kind.name] * len(records) if column is None else column.column(records, info)
            for answer, value in zip(answers, values, strict=True):
                answer[name] = value
        return answers


@dataclass(frozen=True, slots=True)
class Nested:
    """A field that holds one object, never null."""

    read: Reader
    rows: Rows

    def column(self, records: Sequence[Any], info: PlainInfo) -> list[Any]:
        """Return the object of each record."""
        return self.rows.answers(self.read.many(records, info), info)


class CompilingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Looks at each selection once, and answers its plain fields without further questions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._info = PlainInfo(self.context_value)
        # The lists and dicts whose ids are the keys are kept, so that no id is used anew meanwhile.
        self._rows: dict[tuple[str, int], tuple[FieldDetailsList, Rows | None]] = {}
        self._leaves: dict[tuple[str, int], tuple[GroupedFieldSet, dict[str, Leaf], GroupedFieldSet]] = {}

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Answer a list of objects at once if all that is selected of them is plain."""
        rows = self._known_rows(return_type.of_type, field_details_list) if type(result) is list else None
        if rows is not None:
            try:
                return rows.answers(result, self._info)
            except Exception:  # noqa: BLE001, S110 - graphql-core meets the same error below, and tells where it is
                pass
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> Any:
        """Answer the plain leaves of an object, and let graphql-core do the rest of it."""
        leaves, rest = self._known_leaves(parent_type, grouped_field_set)
        if not leaves:
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        answer: dict[str, Any] = dict.fromkeys(grouped_field_set)
        try:
            for name, one in leaves.items():
                answer[name] = one.value(source_value, self._info)
        except Exception:  # noqa: BLE001 - graphql-core meets the same error, and tells where it is
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        if not rest:
            return answer
        others: Any = super().execute_fields(parent_type, source_value, path, rest, position_context)
        if not self.is_awaitable(others):
            answer.update(others)
            return answer

        async def whole() -> dict[str, Any]:
            answer.update(await others)
            return answer

        return whole()

    def _known_rows(self, item_type: GraphQLOutputType, details: FieldDetailsList) -> Rows | None:
        kind = item_type.of_type if isinstance(item_type, GraphQLNonNull) else item_type
        if not isinstance(kind, GraphQLObjectType) or self._is_hooked():
            return None
        key = (kind.name, id(details))
        if key not in self._rows:
            self._rows[key] = (details, self._make_rows(kind, details))
        return self._rows[key][1]

    def _make_rows(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Rows | None:
        grouped, deferred, _ = self.collect_subfields(kind, details)
        columns: dict[str, Leaf | Nested | None] = {}
        for name, inner in grouped.items():
            column = None if inner[0].node.name.value == _TYPENAME else self._column(kind, inner)
            if column is None and inner[0].node.name.value != _TYPENAME:
                return None
            columns[name] = column
        return None if deferred or not columns else Rows(kind, columns)

    def _column(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Leaf | Nested | None:
        node = details[0].node
        field = kind.fields.get(node.name.value)
        if field is None or node.arguments:
            return None
        if not node.selection_set:
            return leaf(field)
        inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else None
        read = reader(field)
        rows = self._make_rows(inner, details) if read and isinstance(inner, GraphQLObjectType) else None
        return Nested(read, rows) if read and rows else None

    def _known_leaves(
        self, kind: GraphQLObjectType, grouped: GroupedFieldSet
    ) -> tuple[dict[str, Leaf], GroupedFieldSet]:
        key = (kind.name, id(grouped))
        if key not in self._leaves:
            leaves = {} if self._is_hooked() else self._leaves_of(kind, grouped)
            rest = {name: details for name, details in grouped.items() if name not in leaves}
            self._leaves[key] = (grouped, leaves, rest)
        return self._leaves[key][1:]

    def _leaves_of(self, kind: GraphQLObjectType, grouped: GroupedFieldSet) -> dict[str, Leaf]:
        found = {}
        for name, details in grouped.items():
            column = None if details[0].node.selection_set else self._column(kind, details)
            if isinstance(column, Leaf):
                found[name] = column
        return found

    def _is_hooked(self) -> bool:
        """Tell whether something wants to see each field resolved, or execution may be stopped between two fields."""
        middleware = self.middleware_manager
        return self.abort_signal is not None or bool(middleware and middleware.middlewares)
