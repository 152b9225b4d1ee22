"""Watchable: anything whose state is tracked."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.rules.states import WatchState
from app.store.channels import ContactRecord
from app.store.checks import CheckRecord
from app.store.history import FlipRecord
from app.store.history_pages import FlipWindow
from app.store.monitors import MonitorRecord
from app.store.projects import ProjectRecord
from app.store.tags import TagRecord
from app.web.badges.links import BadgeUrls, check_badge
from graphql_api.connections import DEFAULT_PAGE, After, Connection, First, Page, page_of, page_size, read_cursor
from graphql_api.fields import Info, fetched, plain, stored
from graphql_api.nodes.badge_set import BadgeSet, WithLate
from graphql_api.nodes.contact import Contact
from graphql_api.nodes.flip import Flip
from graphql_api.nodes.node import Node
from graphql_api.nodes.tag import Tag
from graphql_api.resolvers import history
from graphql_api.scalars import Duration

if TYPE_CHECKING:
    from graphql_api.nodes.project import Project


Record = CheckRecord | MonitorRecord
"""What is stored of a watchable."""


def _number(root: Record) -> int:
    return root.id


def _project(root: Record, info: Info) -> ProjectRecord:
    del root  # whatever a request may read belongs to its caller's project
    return info.context.project()


def _badges(root: Record, info: Info, with_late: WithLate = False) -> BadgeUrls:  # noqa: FBT002 - the schema's
    return check_badge(info.context.root, root.badge_uuid, with_late=with_late)


async def _tags(root: Record, info: Info) -> list[TagRecord]:
    return await info.context.loaders.tags.load(root.id)


async def _contacts(root: Record, info: Info) -> list[ContactRecord]:
    return await info.context.loaders.contacts_of(root.id)


async def _flips(
    root: Record,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    since: Annotated[datetime | None, strawberry.argument(description="No flips earlier than this.")] = None,
    until: Annotated[datetime | None, strawberry.argument(description="Only flips earlier than this.")] = None,
) -> Page:
    size = page_size(first)
    below = read_cursor(after, datetime, int)
    window = FlipWindow(size + 1, since, until, (below[0], below[1]) if below else None)
    found = await history.flip_page(info.context, check_id=root.id, window=window)
    return page_of(found, size, after, _flip_key)


def _flip_key(flip: FlipRecord) -> tuple[datetime, int]:
    return flip.at, flip.id


@strawberry.interface(description="Anything whose state is tracked: a check or a monitor.")
class Watchable(Node):
    """What checks and monitors share."""

    name: str = stored("What people call it; may be empty.")
    slug: str = stored("Its name in URLs; need not be unique.")
    number: int = plain(_number, "Its whole number, unique among all watchables: REST clients know it by this.")
    state: WatchState = stored("The state at this very moment.")
    state_since: datetime = stored("Since when the state holds.")
    paused: bool = stored("Whether it is not watched at present.")
    remind_every: Duration | None = stored("While it is down, contacts are told again every so many seconds.")
    created_at: datetime = stored("When it was made.")
    tags: list[Tag] = fetched(_tags, "Its labels: of a check by name, of a monitor in their order.")
    project: Annotated["Project", strawberry.lazy("graphql_api.nodes.project")] = plain(
        _project, "The project that it belongs to."
    )
    badges: BadgeSet = plain(_badges, "Its badge, below the root that the request used.")
    contacts: list[Contact] = fetched(_contacts, "Who is told of its changes, oldest first.")
    flips: Connection[Flip] = fetched(
        _flips, "Its changes of state, newest first: from `since` on and before `until`. Pages of 50, at most 100."
    )
