"""The schema: root types composed of one small class a noun, and the limits that every operation keeps."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graphql_api.errors import ERROR_TYPES
from graphql_api.extensions.compiled import CompilingExecutor
from graphql_api.extensions.cost import CostLimit
from graphql_api.extensions.documents import remembered_documents
from graphql_api.mutations.channels import ChannelMutation
from graphql_api.mutations.checks import CheckMutation
from graphql_api.mutations.contacts import ContactMutation
from graphql_api.mutations.grants import GrantMutation
from graphql_api.mutations.keys import KeyMutation
from graphql_api.mutations.monitors import MonitorMutation
from graphql_api.mutations.projects import ProjectMutation
from graphql_api.mutations.templates import TemplateMutation
from graphql_api.mutations.users import UserMutation
from graphql_api.mutations.variables import VariableMutation
from graphql_api.mutations.watchables import WatchableMutation
from graphql_api.queries.checks import CheckQuery
from graphql_api.queries.monitors import MonitorQuery
from graphql_api.queries.nodes import NodeQuery
from graphql_api.queries.projects import ProjectQuery
from graphql_api.scalars import SCALARS


@strawberry.type(description="Everything that can be read.")
class Query(NodeQuery, ProjectQuery, CheckQuery, MonitorQuery):
    """The root of queries."""


@strawberry.type(description="Everything that can be changed. Refusals are data: each payload has `errors`.")
class Mutation(
    CheckMutation,
    MonitorMutation,
    TemplateMutation,
    VariableMutation,
    WatchableMutation,
    ContactMutation,
    ChannelMutation,
    KeyMutation,
    ProjectMutation,
    UserMutation,
    GrantMutation,
):
    """The root of mutations."""


class _Schema(strawberry.Schema):
    """Leaves telling and logging of errors to `graphql_api.execution`, which knows refusals from bugs."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Do nothing: Strawberry would log every refusal as an error."""


def make_schema(*, sort: bool = False, **options: Any) -> strawberry.Schema:
    """Return the schema; `options` are Strawberry's.

    Only the printed schema is sorted: sorting makes the enums anew, which then no longer know their Python words.
    """
    config = StrawberryConfig(scalar_map=SCALARS, sort_schema=sort)
    return _Schema(query=Query, mutation=Mutation, types=ERROR_TYPES, config=config, **options)


schema = make_schema(extensions=[remembered_documents(), CostLimit], execution_context_class=CompilingExecutor)
"""The schema that is served."""


def sdl() -> str:
    """Return the schema in the schema definition language, in an order of its own: what `schema.graphql` holds."""
    return make_schema(sort=True).as_str()
