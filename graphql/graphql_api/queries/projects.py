"""The caller's project, and facts of caller and server."""

from typing import Annotated

import strawberry

from app.errors import Unauthenticated
from app.store.keys import Caller
from app.store.projects import ProjectRecord
from graphql_api.fields import Info, fetched, plain
from graphql_api.inputs.references import uuid_of
from graphql_api.nodes.project import Project
from graphql_api.nodes.viewer import ServerInfo, Viewer, server_info
from graphql_api.resolvers import projects


async def _project(
    info: Info,
    id: Annotated[strawberry.ID | None, strawberry.argument(description="Its global id.")] = None,  # noqa: A002 - the argument's name in the schema
    slug: Annotated[str | None, strawberry.argument(description="Its slug.")] = None,
) -> ProjectRecord:
    uuid = None if id is None else uuid_of(id, "Project", "id")
    return await projects.project_get(info.context, uuid=uuid, slug=slug)


def _viewer(root: None, info: Info) -> Caller:
    del root
    if info.context.caller is None:
        raise Unauthenticated("This needs a key.")
    return info.context.caller


def _server_info(root: None) -> ServerInfo:
    del root
    return server_info()


@strawberry.type
class ProjectQuery:
    """The root fields of projects."""

    project: Project | None = fetched(
        _project, "The project that the key opens; NOT_FOUND when it has another id or slug than is asked for."
    )
    viewer: Viewer = plain(_viewer, "Who asks.")
    server_info: ServerInfo = plain(_server_info, "What answers.")
