"""Errors as an answer shows them: a stable code each, and nothing of what went wrong inside."""

import logging
from collections.abc import Iterable

from graphql import GraphQLError

from app.errors import HeliographError
from app.ids import new_uuid

_log = logging.getLogger(__name__)


def shown_errors(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Return the errors as they may be shown; what was not expected is logged under an id, and only that is told.

    One failure that many fields met (a loader's, say) is logged once.
    """
    numbers: dict[int, str] = {}
    return [_shown(error, numbers) for error in errors]


def _shown(error: GraphQLError, numbers: dict[int, str]) -> GraphQLError:
    original = error.original_error
    if isinstance(original, HeliographError):
        return _retold(error, original.message, code=original.code)
    if original is None or isinstance(original, GraphQLError):
        return _retold(error, error.message, **{"code": "BAD_REQUEST", **(error.extensions or {})})
    if id(original) not in numbers:
        numbers[id(original)] = new_uuid()
        _log.error("Internal error %s at %s", numbers[id(original)], error.path, exc_info=original)
    return _retold(error, f"Internal error {numbers[id(original)]}", code=HeliographError.code)


def _retold(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, extensions=extensions)
