"""Running monitors before their time."""

from app.errors import Conflict
from app.security.roles import Role
from app.store import monitor_places
from app.store.monitors import MonitorRecord, MonitorRef
from graphql_api.context import Context
from graphql_api.resolvers.monitors import monitor_to_change


async def monitor_run_now(ctx: Context, *, ref: MonitorRef) -> MonitorRecord:
    """Let a monitor be due at once, and from then on at its interval; Conflict when it is paused.

    A run that is under way runs on.
    """
    ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        monitor = await monitor_to_change(ctx, unit, ref)
        if monitor.paused:
            raise Conflict("The monitor is paused.")
        await monitor_places.hasten(unit, [monitor.id], 0, ctx.now())
        return monitor
