"""Running one operation: its limits, its deadline, its errors as they may be shown."""

import asyncio
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from app.errors import Unavailable
from graphql_api.context import Context
from graphql_api.extensions.errors import shown_errors
from graphql_api.schema import schema

DEADLINE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a client sends it; `reads_only` forbids mutations."""

    query: str
    variables: dict[str, Any] | None = None
    name: str | None = None
    reads_only: bool = False


class ReadsOnly(Exception):
    """A mutation came by a method that must change nothing."""


async def execute(
    ctx: Context, operation: Operation, *, by: strawberry.Schema = schema, deadline: float = DEADLINE_SECONDS
) -> ExecutionResult:
    """Run the operation; expected and unexpected errors are in the result. Raises ReadsOnly."""
    try:
        async with asyncio.timeout(deadline) as ctx.limit:
            result = await by.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=ctx,
                operation_name=operation.name,
                allowed_operation_types=_allowed(operation),
            )
    except InvalidOperationTypeError as error:
        if error.operation_type is OperationType.MUTATION:
            raise ReadsOnly from error
        return _refused("The schema has no subscriptions.", "BAD_REQUEST")
    except (MissingQueryError, CannotGetOperationTypeError):
        return _refused("The document has no such operation.", "BAD_REQUEST")
    except TimeoutError:
        return _refused("This took too long.", Unavailable.code)
    result.errors = shown_errors(result.errors) if result.errors else None
    return result


def _allowed(operation: Operation) -> tuple[OperationType, ...]:
    return (OperationType.QUERY,) if operation.reads_only else (OperationType.QUERY, OperationType.MUTATION)


def _refused(message: str, code: str) -> ExecutionResult:
    return ExecutionResult(data=None, errors=[GraphQLError(message, extensions={"code": code})])


def as_answer(result: ExecutionResult) -> dict[str, Any]:
    """Return the result as the response's JSON object; `data` is absent when nothing was run."""
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    if was_run(result):
        answer["data"] = result.data
    if result.extensions:
        answer["extensions"] = result.extensions
    return answer


def was_run(result: ExecutionResult) -> bool:
    """Tell whether execution began: errors of documents and variables have no path."""
    return result.data is not None or any(error.path for error in result.errors or ())
