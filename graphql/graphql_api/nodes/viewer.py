"""Viewer and ServerInfo: who asks, and what answers."""

from importlib.metadata import version

import strawberry

from app.security.roles import Role
from app.store.keys import Caller
from app.store.users import UserRecord
from graphql_api.budget import QUERY_BUDGET
from graphql_api.connections import MAX_CHECKS, MAX_PAGE
from graphql_api.enums import ApiScope
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.membership import Membership
from graphql_api.nodes.project import Project
from graphql_api.nodes.user import User
from graphql_api.resolvers import memberships, users
from graphql_api.resolvers.memberships import Membership as Record


def _scopes(root: Caller, info: Info) -> list[ApiScope]:
    del root
    return [ApiScope.READ, ApiScope.WRITE] if info.context.may_write else [ApiScope.READ]


async def _memberships(root: Caller, info: Info) -> list[Record]:
    del root
    return await memberships.membership_list(info.context)


async def _user(root: Caller, info: Info) -> UserRecord | None:
    del root
    return await users.user_get(info.context)


@node_type(Caller, "The key that asks: which project it opens, and what it may do there.")
class Viewer:
    """Describes `Caller`."""

    project: Project = stored("The project that the key opens.")
    role: Role = stored("What the key may do there.")
    memberships: list[Membership] = fetched(
        _memberships, "The projects of the user whom the key acts for, oldest first; none when it acts for nobody."
    )
    user: User | None = fetched(_user, "The user whom the key acts for; null when it acts for nobody.")
    scopes: list[ApiScope] = plain(_scopes, "The same in the words of `ApiKey.scopes`.")


@strawberry.type(description="The server that answers, and its limits.")
class ServerInfo:
    """The same for every caller."""

    version: str = strawberry.field(description="The version of Heliograph.")
    query_budget: int = strawberry.field(description="How many nodes the operations of one request may cost together.")
    max_page_size: int = strawberry.field(description="The largest `first` of a list.")
    max_check_page_size: int = strawberry.field(description="The largest `first` of a list of checks or monitors.")


def server_info() -> ServerInfo:
    """Return what is true of this server."""
    return ServerInfo(
        version=version("heliograph"),
        query_budget=QUERY_BUDGET,
        max_page_size=MAX_PAGE,
        max_check_page_size=MAX_CHECKS,
    )
