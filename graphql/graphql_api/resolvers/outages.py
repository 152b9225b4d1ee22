"""What can be read of outages."""

from app.store import outages
from app.store.outages import OutageRecord, OutageWindow
from graphql_api.context import Context


async def outages_of_watchable(ctx: Context, *, watchable_id: int, window: OutageWindow) -> list[OutageRecord]:
    """Return the outages that the window shows of a watchable that this request has read, newest first."""
    ctx.project()
    return await ctx.loaders.outage_page(window).load(watchable_id)


async def outage_list(ctx: Context, *, window: OutageWindow) -> list[OutageRecord]:
    """Return the outages that the window shows of all that the project watches, newest first."""
    return await outages.of_project(ctx.database, ctx.project().id, window)


async def outage_count(ctx: Context, *, watchable_id: int | None, window: OutageWindow) -> int:
    """Return how many outages there are of a watchable that this request has read, or of all that the project watches.

    Whatever the window's limit and `below`.
    """
    if watchable_id is None:
        return await outages.count_of_project(ctx.database, ctx.project().id, window)
    return await ctx.loaders.outage_count(window).load(watchable_id)
