"""Membership: a project of the user whom a key acts for."""

import strawberry

from app.ids import global_id
from app.security.roles import Role
from graphql_api.fields import node_type, plain, stored
from graphql_api.resolvers.memberships import Membership as Record


def _project_id(root: Record) -> strawberry.ID:
    return strawberry.ID(global_id("Project", root.project.uuid))


def _project_name(root: Record) -> str:
    return root.project.name


@node_type(Record, "A project of the key's user. Only keys of that project open it.")
class Membership:
    """Describes `Membership` of the resolvers."""

    project_id: strawberry.ID = plain(_project_id, "The project's global id.")
    project_name: str = plain(_project_name, "What people call the project.")
    role: Role = stored("What the user may do there.")
