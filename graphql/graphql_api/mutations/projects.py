"""What can be done with projects."""

from typing import Annotated

import strawberry

from app.store.projects import ProjectRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.project import ProjectUpdateInput
from graphql_api.inputs.references import uuid_of
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.project import Project
from graphql_api.resolvers import projects


@strawberry.type(description="What `projectUpdate` did.")
class ProjectUpdatePayload(Payload):
    """The project as it is now."""

    project: ProjectRecord | None = strawberry.field(
        graphql_type=Project | None, default=None, description="The project as it is now; null when refused."
    )


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

    project_update: ProjectUpdatePayload = fetched(_update, "Change a project.")
