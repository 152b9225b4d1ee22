"""What can be done with projects."""

from typing import Annotated

import strawberry

from app.security.keys import KeyRole
from app.security.roles import Role
from app.store.projects import ProjectRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.project import ProjectCreateInput, ProjectUpdateInput
from graphql_api.inputs.references import uuid_of
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.membership import Membership
from graphql_api.nodes.project import Project
from graphql_api.resolvers import memberships, projects
from graphql_api.resolvers.memberships import Membership as MadeMembership


@strawberry.type(description="What `projectUpdate` did.")
class ProjectUpdatePayload(Payload):
    """The project as it is now."""

    project: ProjectRecord | None = strawberry.field(
        graphql_type=Project | None, default=None, description="The project as it is now; null when refused."
    )


@strawberry.type(description="What `projectCreate` did.")
class ProjectCreatePayload(Payload):
    """The project and its keys, whose secrets are shown this once (but for the ping key)."""

    membership: MadeMembership | None = strawberry.field(
        graphql_type=Membership | None, default=None, description="The project, owned by the user; null when refused."
    )
    read_write_key: str | None = strawberry.field(default=None, description="Opens all of it; shown this once.")
    read_only_key: str | None = strawberry.field(default=None, description="Opens it for reading; shown this once.")
    ping_key: str | None = strawberry.field(default=None, description="Opens its ping URLs by slug.")


@strawberry.type(description="What `projectDelete` did.")
class ProjectDeletePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="What was deleted; null when refused."
    )


@refusable(ProjectCreatePayload)
async def _create(
    info: Info,
    input: Annotated[ProjectCreateInput, strawberry.argument(description="What the project is to be.")],  # noqa: A002 - the argument's name in the schema
) -> ProjectCreatePayload:
    made = await memberships.project_create(info.context, name=input.name, timezone=input.timezone)
    return ProjectCreatePayload(
        membership=MadeMembership(made.project, Role.OWNER),
        read_write_key=made.secrets[KeyRole.READ_WRITE],
        read_only_key=made.secrets[KeyRole.READ_ONLY],
        ping_key=made.secrets[KeyRole.PING],
    )


@refusable(ProjectDeletePayload, {"projectId": ("id",), "name": ("name",)})
async def _delete(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="Which project.")],  # noqa: A002 - the argument's name in the schema
    name: Annotated[str, strawberry.argument(description="Its name, to make sure that it is the one.")],
) -> ProjectDeletePayload:
    await memberships.project_delete(info.context, uuid=uuid_of(id, "Project", "id"), name=name)
    return ProjectDeletePayload(deleted_id=id)


@refusable(ProjectUpdatePayload)
async def _update(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="Which project.")],  # noqa: A002 - the argument's name in the schema
    input: Annotated[ProjectUpdateInput, strawberry.argument(description="What is to become of it.")],  # noqa: A002 - the argument's name in the schema
) -> ProjectUpdatePayload:
    changed = await projects.project_update(
        info.context,
        uuid=uuid_of(id, "Project", "id"),
        name=input.name.value if input.name else None,
        slug=input.slug.value if input.slug else None,
        timezone=input.timezone.value if input.timezone else None,
    )
    return ProjectUpdatePayload(project=changed)


@strawberry.type
class ProjectMutation:
    """The mutations of projects."""

    project_create: ProjectCreatePayload = fetched(
        _create, "Make a project with its keys. Needs a key of a user who is an admin of the key's own project."
    )
    project_delete: ProjectDeletePayload = fetched(
        _delete, "Delete a project with all that belongs to it. Needs a key of a user who is an admin of it."
    )
    project_update: ProjectUpdatePayload = fetched(_update, "Change a project.")
