"""Lists of monitors: filtered, ordered, page by page."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import strawberry

from app.store.check_pages import CheckOrder
from app.store.monitor_pages import MonitorFilter as Wanted
from app.store.monitor_pages import position
from app.store.monitors import MonitorRecord
from app.store.projects import ProjectRecord
from graphql_api.connections import DEFAULT_PAGE, MAX_CHECKS, After, Connection, First, Page, page_of, page_size
from graphql_api.fields import Info, fetched
from graphql_api.inputs.watchable import MonitorFilter, WatchOrder, place_after
from graphql_api.nodes.monitor import Monitor
from graphql_api.resolvers import monitors


@dataclass(frozen=True, slots=True)
class MonitorPage(Page):
    """A page of monitors, and which monitors it is a page of."""

    wanted: Wanted


async def monitor_list(
    root: ProjectRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    filter: Annotated[  # noqa: A002 - the argument's name in the schema
        MonitorFilter | None, strawberry.argument(description="Which monitors are wanted.")
    ] = None,
    order_by: Annotated[WatchOrder | None, strawberry.argument(description="In which order.")] = None,
) -> MonitorPage:
    """Return a page of the project's monitors."""
    del root
    size = page_size(first, MAX_CHECKS)
    wanted = Wanted() if filter is None else filter.wanted()
    order = CheckOrder() if order_by is None else order_by.order()
    found = await monitors.monitor_page(
        info.context, wanted=wanted, order=order, after=place_after(after, order), limit=size + 1
    )
    page = page_of(found, size, after, partial(_key, order))
    return MonitorPage(page.edges, page.page_info, wanted)


def _key(order: CheckOrder, monitor: MonitorRecord) -> tuple[Any, ...]:
    return order.field.value, *position(monitor, order)


async def _total(root: MonitorPage, info: Info) -> int:
    return await monitors.monitor_count(info.context, wanted=root.wanted)


@strawberry.type(description="One page of monitors.")
class MonitorConnection(Connection[Monitor]):
    """Describes `MonitorPage`."""

    total_count: int = fetched(_total, "How many monitors pass the filter, on all pages together.")
