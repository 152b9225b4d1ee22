"""Project: the tenant that owns everything else."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from app.store.channels import ContactRecord
from app.store.check_pages import CheckFilter as Wanted
from app.store.check_pages import CheckOrder, position
from app.store.grants import GrantRecord
from app.store.keys import KeyRecord
from app.store.locations import LocationRecord
from app.store.notifications import NotificationRecord
from app.store.projects import ProjectRecord
from app.store.tags import TagRecord
from app.store.variables import VariableRecord
from app.web.badges.links import BadgeUrls
from graphql_api.connections import (
    DEFAULT_PAGE,
    MAX_CHECKS,
    After,
    Connection,
    First,
    Page,
    page_of,
    page_size,
    read_cursor,
)
from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched, node_type, stored
from graphql_api.inputs.references import uuid_of
from graphql_api.inputs.watchable import CheckFilter, WatchOrder, place_after
from graphql_api.nodes.api_key import ApiKey
from graphql_api.nodes.badge_set import BadgeSet, WithLate
from graphql_api.nodes.check import Check
from graphql_api.nodes.contact import Contact
from graphql_api.nodes.location import Location
from graphql_api.nodes.monitor_list import MonitorConnection, monitor_list
from graphql_api.nodes.node import Node
from graphql_api.nodes.notification import Notification
from graphql_api.nodes.outage import OfState, OutageConnection, OutagePage, Since, Until, outage_page, outage_window
from graphql_api.nodes.tag import Tag
from graphql_api.nodes.variable import Variable
from graphql_api.nodes.watchable_grant import WatchableGrant
from graphql_api.resolvers import (
    badges,
    checks,
    contacts,
    grants,
    keys,
    locations,
    notifications,
    outages,
    projects,
    variables,
)


@dataclass(frozen=True, slots=True)
class CheckPage(Page):
    """A page of checks, and which checks it is a page of."""

    wanted: Wanted


async def _checks(
    root: ProjectRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    filter: Annotated[  # noqa: A002 - the argument's name in the schema
        CheckFilter | None, strawberry.argument(description="Which checks are wanted.")
    ] = None,
    order_by: Annotated[WatchOrder | None, strawberry.argument(description="In which order.")] = None,
) -> CheckPage:
    del root
    size = page_size(first, MAX_CHECKS)
    wanted = Wanted() if filter is None else filter.wanted()
    order = CheckOrder() if order_by is None else order_by.order()
    found = await checks.check_page(
        info.context, wanted=wanted, order=order, after=place_after(after, order), limit=size + 1
    )
    page = page_of(found, size, after, partial(_check_key, order, info.context.now()))
    return CheckPage(page.edges, page.page_info, wanted)


def _check_key(order: CheckOrder, now: datetime, check: Any) -> tuple[Any, ...]:
    return order.field.value, *position(check, order, now)


async def _total(root: CheckPage, info: Info) -> int:
    return await checks.check_count(info.context, wanted=root.wanted)


async def _outages(
    root: ProjectRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    state: OfState = None,
    since: Since = None,
    until: Until = None,
) -> OutagePage:
    del root
    window = outage_window(after, first, state, since, until)
    return outage_page(await outages.outage_list(info.context, window=window), after, window, None)


async def _contacts(root: ProjectRecord, info: Info) -> list[ContactRecord]:
    del root
    return await contacts.contact_list(info.context)


async def _badges(
    root: ProjectRecord,
    info: Info,
    tag: Annotated[str | None, strawberry.argument(description="Only checks with this label count.")] = None,
    with_late: WithLate = False,  # noqa: FBT002 - the schema's
) -> BadgeUrls:
    del root
    return await badges.badge_get(info.context, tag=tag, with_late=with_late)


async def _tags(root: ProjectRecord, info: Info) -> list[TagRecord]:
    del root
    return await projects.tag_list(info.context)


async def _locations(root: ProjectRecord, info: Info) -> list[LocationRecord]:
    del root
    return await locations.location_list(info.context)


async def _variables(root: ProjectRecord, info: Info) -> list[VariableRecord]:
    del root
    return await variables.variable_list(info.context)


async def _api_keys(root: ProjectRecord, info: Info) -> list[KeyRecord]:
    del root
    return await keys.key_list(info.context)


async def _grants(root: ProjectRecord, info: Info) -> list[GrantRecord]:
    del root
    return await grants.grant_list(info.context)


async def _notifications(
    root: ProjectRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    channel: Annotated[strawberry.ID | None, strawberry.argument(description="Only messages by this channel.")] = None,
) -> Page:
    del root
    size = page_size(first)
    below = read_cursor(after, int)
    found = await notifications.notification_page(
        info.context,
        channel_uuid=None if channel is None else uuid_of(channel, "Channel", "channel"),
        below=below[0] if below else None,
        limit=size + 1,
    )
    return page_of(found, size, after, _notification_key)


def _notification_key(notification: NotificationRecord) -> tuple[int]:
    return (notification.id,)


@strawberry.type(description="One page of checks.")
class CheckConnection(Connection[Check]):
    """Describes `CheckPage`."""

    total_count: int = fetched(_total, "How many checks pass the filter, on all pages together.")


@node_type(ProjectRecord, "A tenant: it owns checks, monitors, contacts, channels and keys. A key opens one project.")
class Project(Node):
    """Describes `ProjectRecord`."""

    name: str = stored("What people call it.")
    slug: str = stored("Its name in URLs.")
    timezone: str = stored("The time zone that its people think in.")
    check_limit: int = stored("How many checks it may have, and how many monitors beside them.")
    ping_limit: int = stored("How many pings are kept of each of its checks.")
    created_at: datetime = stored("When it was made.")
    checks: CheckConnection = fetched(_checks, "Its checks, oldest first if not ordered. Pages of 50, at most 1000.")
    monitors: MonitorConnection = fetched(
        monitor_list, "Its monitors, oldest first if not ordered. Pages of 50, at most 1000."
    )
    outages: OutageConnection = fetched(
        _outages,
        "When its monitors were down, newest first: of one state or all, at any time or within some. Pages of 50, at "
        "most 100.",
    )
    locations: list[Location] = fetched(
        _locations, "The places that its monitors may be run from, oldest first.", cost=Cost(weight=DEFAULT_PAGE)
    )
    variables: list[Variable] = fetched(
        _variables, "The variables of its monitors, by name.", cost=Cost(weight=DEFAULT_PAGE)
    )
    contacts: list[Contact] = fetched(
        _contacts, "Who is told, oldest first; at most 1000.", cost=Cost(weight=DEFAULT_PAGE)
    )
    tags: list[Tag] = fetched(_tags, "Its labels, by name.", cost=Cost(weight=DEFAULT_PAGE))
    badges: BadgeSet = fetched(
        _badges, "The badge of all its checks, or of those with a label; below the root that the request used."
    )
    api_keys: list[ApiKey] | None = fetched(
        _api_keys, "Its keys, oldest first, at most 1000. FORBIDDEN to read-only keys.", cost=Cost(weight=DEFAULT_PAGE)
    )
    grants: list[WatchableGrant] | None = fetched(
        _grants,
        "Roles of members for single checks and monitors, at most 1000. FORBIDDEN unless the key's user is an admin.",
        cost=Cost(weight=DEFAULT_PAGE),
    )
    notifications: Connection[Notification] | None = fetched(
        _notifications,
        "Messages sent or owed, newest first, of one channel or of all. FORBIDDEN to read-only keys. Pages of 50, at "
        "most 100.",
    )
