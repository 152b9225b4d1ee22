"""What a document may be, before anything else is asked of it: not too deep, not too many aliases.

Both numbers are computed fragment by fragment, each once, so that fragments within fragments cannot make the counting
itself expensive. Introspection counts for neither: a rule of graphql-core bounds its depth.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_TOKENS = 2000
MAX_DEPTH = 10
MAX_ALIASES = 30

N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a selection is, and how many aliases it has when its fragments are spread."""

    depth: int = 0
    aliases: int = 0


@dataclass(slots=True)
class _Measure:
    """Measures the selections of one document."""

    fragments: dict[str, FragmentDefinitionNode]
    known: dict[str, Size] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode | None) -> Size:
        parts = list(self._parts(selections))
        return Size(max((part.depth for part in parts), default=0), sum(part.aliases for part in parts))

    def _parts(self, selections: SelectionSetNode | None) -> Iterator[Size]:
        for one in selections.selections if selections else ():
            if isinstance(one, FragmentSpreadNode):
                yield self._fragment(one.name.value)
            elif isinstance(one, InlineFragmentNode):
                yield self.of(one.selection_set)
            elif isinstance(one, FieldNode) and not one.name.value.startswith("__"):
                inner = self.of(one.selection_set)
                yield Size(inner.depth + bool(one.selection_set), inner.aliases + (one.alias is not None))

    def _fragment(self, name: str) -> Size:
        if name not in self.known:
            # A fragment within itself is refused by validation; here it only must not go on for ever.
            self.known[name] = Size()
            found = self.fragments.get(name)
            self.known[name] = self.of(found.selection_set) if found else Size()
        return self.known[name]


def limit_errors(document: DocumentNode) -> list[GraphQLError]:
    """Return why the document is too large; nothing when it is not."""
    fragments = {one.name.value: one for one in _of(document, FragmentDefinitionNode)}
    measure = _Measure(fragments)
    sizes = [(one, measure.of(one.selection_set)) for one in _of(document, OperationDefinitionNode)]
    # Together, since an answer to one operation of a document pays for reading all of it.
    aliases = sum(size.aliases for _, size in sizes)
    errors = [
        _error(f"The operation is {size.depth} levels deep; {MAX_DEPTH} are allowed.", one)
        for one, size in sizes
        if size.depth > MAX_DEPTH
    ]
    if aliases > MAX_ALIASES:
        errors.append(_error(f"The document has {aliases} aliases; {MAX_ALIASES} are allowed.", sizes[0][0]))
    return errors


def _of(document: DocumentNode, kind: type[N]) -> Iterable[N]:
    return (one for one in document.definitions if isinstance(one, kind))


def _error(message: str, node: OperationDefinitionNode) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": "TOO_LARGE"})
