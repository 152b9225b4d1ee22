"""The three ways in which a field gets its value, so that each says which it is.

Nodes describe records of `app.store` and are never made themselves: `stored` reads an attribute of the record, `plain`
computes from its attributes alone, `fetched` may read the database or refuse.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar

import strawberry

from graphql_api.context import Context

Info = strawberry.Info[Context, None]
"""What a field knows of the request."""

T = TypeVar("T", bound=type)

PLAIN: dict[Callable[..., Any], bool] = {}
"""Every function that `plain` was given, and whether it takes `info`: lists may call these directly."""


def stored(description: str, name: str | None = None) -> Any:
    """Declare a field that is an attribute of the record."""
    return strawberry.field(description=description, name=name)


def plain(function: Callable[..., Any], description: str) -> Any:
    """Declare a field that `function(root)` or `function(root, info)` computes without I/O.

    Of `info` it may use `context` alone.
    """
    PLAIN[function] = "info" in signature(function).parameters
    return strawberry.field(resolver=function, description=description)


def fetched(
    function: Callable[..., Any], description: str, *, cost: object | None = None, deprecated: str | None = None
) -> Any:
    """Declare a field that an async function answers; `cost` is its `@cost`, if it is not that of one node."""
    directives = () if cost is None else (cost,)
    return strawberry.field(
        resolver=function, description=description, directives=directives, deprecation_reason=deprecated
    )


def node_type(record: type, description: str) -> Callable[[T], T]:
    """Make a class the schema's type for records of this class."""

    def declare(declared: T) -> T:
        declared.is_type_of = staticmethod(lambda value, _info: isinstance(value, record))  # type: ignore[attr-defined]
        made: T = strawberry.type(declared, description=description)
        return made

    return declare
