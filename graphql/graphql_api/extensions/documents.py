"""Documents: read, measured and validated once, then remembered by their text (GRAPHQL.md section 2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, parse, specified_rules
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from graphql_api.extensions.limits import MAX_TOKENS, limit_errors

REMEMBERED = 256
LONGEST_REMEMBERED = 20_000
"""Characters: what is longer is mostly text within one document, which would only fill the memory."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as read, and why it is refused, if it is."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]
    has_several: bool
    """Whether it has several operations, of which a request must name one."""


def _prepare(schema: GraphQLSchema, text: str) -> Prepared:
    """Read and judge a document; GraphQLSyntaxError for what is none, or has too many tokens."""
    document = parse(text, max_tokens=MAX_TOKENS)
    errors = limit_errors(document) or validate_document(schema, document, tuple(specified_rules))
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return Prepared(document, tuple(errors), len(operations) > 1)


class Documents(SchemaExtension):
    """Gives the execution its document and the verdict on it, from memory where it can."""

    def __init__(self, prepare: Callable[[GraphQLSchema, str], Prepared]) -> None:
        self._prepare = prepare
        self._prepared: Prepared  # from `on_parse`, without which there is no `on_validate`

    def on_parse(self) -> Iterator[None]:
        """Read the document."""
        execution = self.execution_context
        text = execution.query or ""
        prepare = self._prepare if len(text) <= LONGEST_REMEMBERED else _prepare
        self._prepared = prepare(execution.schema._schema, text)  # noqa: SLF001 - as Strawberry's own extensions do
        execution.graphql_document = self._prepared.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Tell what is wrong with it."""
        self.execution_context.pre_execution_errors = list(self._judged())
        yield

    def _judged(self) -> tuple[GraphQLError, ...]:
        # Strawberry's public attribute tells the first operation where none is named, and would have it run.
        named = self.execution_context._provided_operation_name  # noqa: SLF001 - the public one cannot tell
        if self._prepared.has_several and named is None and not self._prepared.errors:
            return (GraphQLError("The document has several operations: `operationName` must choose one."),)
        return self._prepared.errors


def remembered_documents() -> Callable[[], SchemaExtension]:
    """Return a maker of the extension for one schema; what it makes shares one memory."""
    prepare: Any = lru_cache(maxsize=REMEMBERED)(_prepare)
    return lambda: Documents(prepare)
