"""What can be done with the variables of a project."""

from typing import Annotated

import strawberry

from app.errors import InvalidInput
from app.rules.variable_settings import checked_name
from app.store.variables import VariableRecord
from graphql_api.fields import Info, fetched
from graphql_api.mutations.payload import Payload, own_project, refusable
from graphql_api.nodes.variable import Variable
from graphql_api.resolvers import variables
from graphql_api.scalars import JSON

ProjectId = Annotated[strawberry.ID, strawberry.argument(description="The project whose variable it is.")]


@strawberry.input(description="A named value of a project.")
class VariableInput:
    """A variable."""

    name: str = strawberry.field(description="The name: what stands in `{{name}}`.")
    value: JSON | None = strawberry.field(
        default=None, description="The value: text, or any other JSON, `null` among them."
    )
    secret: bool = strawberry.field(
        default=False,
        description="Whether the value is never shown again, and nowhere recorded; one that is secret stays so.",
    )

    def named(self) -> str:
        """Return the name; InvalidInput when it cannot be one."""
        return _named(self.name)


def _named(name: str) -> str:
    try:
        return checked_name(name)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=("name",)) from error


@strawberry.type(description="What `variableSet` did.")
class VariableSetPayload(Payload):
    """The variable as it is now."""

    variable: VariableRecord | None = strawberry.field(
        graphql_type=Variable | None, default=None, description="The variable as it is now; null when refused."
    )


@strawberry.type(description="What `variableDelete` did.")
class VariableDeletePayload(Payload):
    """What is left."""

    variables: list[VariableRecord] = strawberry.field(
        graphql_type=list[Variable], default_factory=list, description="Those that are left; none when refused."
    )


@refusable(VariableSetPayload, {"projectId": ("projectId",)})
async def _set(
    info: Info,
    project_id: ProjectId,
    input: Annotated[VariableInput, strawberry.argument(description="What it is to be.")],  # noqa: A002 - the argument's name in the schema
) -> VariableSetPayload:
    own_project(info.context, project_id)
    values = {input.named(): input.value}
    try:
        stored = await variables.variables_set(info.context, values=values, secret=input.secret)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=("value",)) from error
    return VariableSetPayload(variable=next(one for one in stored if one.name == input.name))


@refusable(VariableDeletePayload, {name: (name,) for name in ("projectId", "name")})
async def _delete(
    info: Info,
    project_id: ProjectId,
    name: Annotated[str, strawberry.argument(description="The name; nothing happens when there is none of it.")],
) -> VariableDeletePayload:
    own_project(info.context, project_id)
    return VariableDeletePayload(variables=await variables.variables_delete(info.context, names=[_named(name)]))


@strawberry.type
class VariableMutation:
    """The mutations of variables."""

    variable_set: VariableSetPayload = fetched(
        _set, "Give a variable of the project a value: a new one, or one that is there."
    )
    variable_delete: VariableDeletePayload = fetched(_delete, "Delete a variable of the project.")
