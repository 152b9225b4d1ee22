"""What can be done with checks and monitors alike."""

from app.store.checks import CheckRecord, CheckRef
from app.store.monitors import MonitorRecord, MonitorRef
from graphql_api.context import Context
from graphql_api.resolvers import checks, monitors


async def watchable_pause(ctx: Context, *, ref: CheckRef | MonitorRef) -> CheckRecord | MonitorRecord:
    """Stop watching it; pausing a paused one changes nothing."""
    if isinstance(ref, MonitorRef):
        return await monitors.monitor_pause(ctx, ref=ref)
    return await checks.check_pause(ctx, ref=ref)


async def watchable_resume(ctx: Context, *, ref: CheckRef | MonitorRef) -> CheckRecord | MonitorRecord:
    """Watch a paused one again; Conflict when it is not paused."""
    if isinstance(ref, MonitorRef):
        return await monitors.monitor_resume(ctx, ref=ref)
    return await checks.check_resume(ctx, ref=ref)


async def watchable_delete(ctx: Context, *, ref: CheckRef | MonitorRef) -> CheckRecord | MonitorRecord:
    """Delete it with its history and return it as it was."""
    if isinstance(ref, MonitorRef):
        return await monitors.monitor_delete(ctx, ref=ref)
    return await checks.check_delete(ctx, ref=ref)
