"""Plain fields, read without graphql-core: attributes, and what `graphql_api.fields.plain` computes.

Everything here is optimistic: what is not exactly as expected raises `NotPlain`, and graphql-core's own execution takes
over, which knows what to make of it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import NoneType
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter

from graphql_api.context import Context
from graphql_api.fields import PLAIN

_INTEGERS = range(-(2**31), 2**31)


class NotPlain(Exception):
    """The value needs graphql-core's own execution."""


@dataclass(frozen=True, slots=True)
class PlainInfo:
    """What a plain function may know of the request."""

    context: Context


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a field's raw value off records: by a function of the record, or of the record and info."""

    function: Callable[..., Any]
    takes_info: bool

    def one(self, record: Any, info: PlainInfo) -> Any:
        """Return the value of one record."""
        return self.function(record, info) if self.takes_info else self.function(record)

    def many(self, records: Sequence[Any], info: PlainInfo) -> list[Any]:
        """Return the value of each record."""
        if self.takes_info:
            return [self.function(record, info) for record in records]
        return list(map(self.function, records))


Write = Callable[[Any], Any]
"""Turns a raw value that is not None into what the answer holds."""


def reader(field: GraphQLField) -> Reader | None:
    """Return how the field's raw value is read; None when it takes arguments, waits or is hooked into."""
    declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if declared is None or field.args or declared.extensions:
        return None
    if declared.base_resolver is None:
        return Reader(attrgetter(declared.python_name), takes_info=False)
    function = declared.base_resolver.wrapped_func
    return Reader(function, PLAIN[function]) if function in PLAIN else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field without a selection; `write` never sees None, which a nullable field passes on."""

    read: Reader
    write: Write
    nullable: bool

    def value(self, record: Any, info: PlainInfo) -> Any:
        """Return what the answer holds for one record; NotPlain or any error for what is to be left to graphql-core."""
        raw = self.read.one(record, info)
        if raw is not None:
            return self.write(raw)
        if self.nullable:
            return None
        raise NotPlain

    def column(self, records: Sequence[Any], info: PlainInfo) -> list[Any]:
        """Return the same for many records."""
        write = self.write
        raw = self.read.many(records, info)
        kinds = set(map(type, raw))
        if NoneType in kinds:
            if not self.nullable:
                raise NotPlain
            return [None if value is None else write(value) for value in raw]
        # Texts and flags go out as they are.
        return (
            raw
            if (write is _text and kinds == {str}) or (write is _flag and kinds == {bool})
            else list(map(write, raw))
        )


def leaf(field: GraphQLField) -> Leaf | None:
    """Return how a field without a selection is answered; None when graphql-core must do it."""
    read, write = reader(field), writer(_inner(field.type))
    if read is None or write is None:
        return None
    return Leaf(read, write, nullable=not isinstance(field.type, GraphQLNonNull))


def _inner(kind: GraphQLOutputType) -> GraphQLOutputType:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def writer(kind: GraphQLOutputType | GraphQLNamedType) -> Write | None:
    """Return how a leaf of this type is written; None for lists and objects."""
    if kind in _WRITERS:
        return _WRITERS[kind]
    if isinstance(kind, CustomGraphQLEnumType):
        return _words({kind.wrapped_cls(value.value): name for name, value in kind.values.items()})
    if isinstance(kind, GraphQLScalarType) and not isinstance(kind, GraphQLEnumType):
        return _scalar(kind)
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise NotPlain


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise NotPlain


def _integer(value: Any) -> int:
    if type(value) is int and value in _INTEGERS:
        return value
    raise NotPlain


def _float(value: Any) -> float:
    if type(value) is float and math.isfinite(value):
        return value
    raise NotPlain


def _words(names: Mapping[Any, str]) -> Write:
    kinds = {type(member) for member in names}

    def write(value: Any) -> str:
        if type(value) not in kinds:
            raise NotPlain
        return names[value]

    return write


def _scalar(kind: GraphQLScalarType) -> Write:
    def write(value: Any) -> Any:
        written = kind.coerce_output_value(value)
        if written is None or written is Undefined:
            raise NotPlain
        return written

    return write


_WRITERS: Mapping[Any, Write] = {
    GraphQLString: _text,
    GraphQLID: _text,
    GraphQLBoolean: _flag,
    GraphQLInt: _integer,
    GraphQLFloat: _float,
}
