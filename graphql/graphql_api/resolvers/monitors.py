"""What can be done with monitors."""

from collections.abc import Sequence

from app.db.unit_of_work import UnitOfWork
from app.errors import LimitReached
from app.pipeline import pausing
from app.pipeline.outages import close_left_alerts
from app.rules.outcomes import ProbeKind
from app.security.roles import Role
from app.store import monitor_pages, monitor_saving, monitors, projects, tags
from app.store.check_changes import UNSET
from app.store.check_pages import CheckOrder, Position
from app.store.monitor_changes import MonitorChanges, ValidChanges, valid, valid_new
from app.store.monitor_pages import MonitorFilter
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.parts import Listed, Part
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers.grants import permit

CHANGED_AT_ONCE = 500
"""Monitors that one statement changes: databases bound the values of a statement."""


async def monitor_list(ctx: Context, *, tags: Sequence[str] = ()) -> list[MonitorRecord]:
    """Return the project's monitors that carry any of the tags, all when none are given, oldest first."""
    return await monitors.of_project(ctx.database, ctx.project().id, tags=tags)


async def monitor_part(ctx: Context, *, tags: Sequence[str] = (), part: Part | None = None) -> Listed[MonitorRecord]:
    """Return what `monitor_list` returns, or a part of it."""
    if part is not None:
        return await monitors.part_of_project(ctx.database, ctx.project().id, part, tags=tags)
    found = await monitor_list(ctx, tags=tags)
    return Listed(found, len(found), None)


async def monitor_page(
    ctx: Context, *, wanted: MonitorFilter, order: CheckOrder, after: Position | None, limit: int
) -> list[MonitorRecord]:
    """Return the project's monitors that pass the filter, in this order, from behind the position `after`."""
    return await monitor_pages.page(ctx.database, ctx.project().id, wanted, order, after=after, limit=limit)


async def monitor_count(ctx: Context, *, wanted: MonitorFilter) -> int:
    """Return how many of the project's monitors pass the filter."""
    return await monitor_pages.count(ctx.database, ctx.project().id, wanted)


async def monitor_get(ctx: Context, *, ref: MonitorRef) -> MonitorRecord:
    """Return one monitor of the project."""
    return await monitors.find(ctx.database, ctx.project().id, ref)


async def monitor_create(ctx: Context, *, kind: ProbeKind, changes: MonitorChanges) -> MonitorRecord:
    """Make a monitor with its templates, due at once unless it is to be paused: all of it, or nothing."""
    project = ctx.project(Role.EDITOR)
    wanted = valid_new(kind, changes)
    async with ctx.database.transaction() as unit:
        await projects.lock(unit, project.id)
        await _keep_limit(unit, project)
        return await monitor_saving.create(unit, ctx.site.vault, project.id, kind, wanted, ctx.now())


async def monitor_update(ctx: Context, *, ref: MonitorRef, changes: MonitorChanges) -> MonitorRecord:
    """Change what is given of a monitor; `paused` pauses or resumes it, unless it is as it should be."""
    project = ctx.reach(Role.EDITOR)
    wanted = valid(changes)
    async with ctx.database.transaction() as unit:
        await _lock_tags(unit, project.id, changes)
        monitor = await monitor_to_change(ctx, unit, ref)
        await _change(ctx, unit, [monitor], wanted)
        return monitor


async def monitor_update_all(ctx: Context, *, tags: Sequence[str] = (), changes: MonitorChanges) -> list[MonitorRecord]:
    """Change all monitors that carry any of the tags, every one when none are given, and return them, oldest first.

    All of them or none: Forbidden when the caller may only read one of them.
    """
    project = ctx.reach(Role.EDITOR)
    wanted = valid(changes)
    async with ctx.database.transaction() as unit:
        await _lock_tags(unit, project.id, changes)
        found = await monitors.of_project(unit, project.id, tags=tags, lock=True)
        for some in _parts(found):
            await permit(ctx, unit, [monitor.id for monitor in some])
            await _change(ctx, unit, some, wanted)
        return found


async def monitor_pause(ctx: Context, *, ref: MonitorRef) -> MonitorRecord:
    """Stop probing a monitor; pausing a paused one changes nothing."""
    ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        monitor = await monitor_to_change(ctx, unit, ref)
        await pausing.pause(unit, [monitor], ctx.now())
        return monitor


async def monitor_resume(ctx: Context, *, ref: MonitorRef) -> MonitorRecord:
    """Probe a paused monitor again, at once; Conflict when it is not paused."""
    ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        monitor = await monitor_to_change(ctx, unit, ref)
        await pausing.resume(unit, [monitor], ctx.now())
        return monitor


async def monitor_delete(ctx: Context, *, ref: MonitorRef) -> MonitorRecord:
    """Delete a monitor with all that belongs to it, and return it as it was."""
    ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        monitor = await monitor_to_change(ctx, unit, ref)
        await monitors.remove(unit, monitor.id)
        return monitor


async def monitor_tag_ids(ctx: Context) -> dict[str, list[int]]:
    """Return the tags that monitors carry, in the order of first use, each with the monitors' numbers."""
    return await tags.of_monitors(ctx.database, ctx.project().id)


async def monitor_to_change(ctx: Context, unit: UnitOfWork, ref: MonitorRef) -> MonitorRecord:
    """Return a monitor that the caller may change, locked."""
    monitor = await monitors.find(unit, ctx.reach(Role.EDITOR).id, ref, lock=True)
    await permit(ctx, unit, [monitor.id])
    return monitor


async def _change(ctx: Context, unit: UnitOfWork, locked: Sequence[MonitorRecord], wanted: ValidChanges) -> None:
    now, paused = ctx.now(), wanted.asked.paused
    if wanted.is_empty:
        return
    await monitor_saving.change(unit, ctx.site.vault, locked, wanted, now)
    if wanted.asked.locations is not UNSET:
        await close_left_alerts(unit, [monitor.id for monitor in locked], now)
    if paused is True:
        await pausing.pause(unit, locked, now)
    elif paused is False:
        await pausing.resume(unit, [monitor for monitor in locked if monitor.paused], now)


async def _lock_tags(unit: UnitOfWork, project_id: int, changes: MonitorChanges) -> None:
    """Let nobody make the same tags meanwhile; before monitors are locked, as whoever adds monitors does."""
    if changes.tags is not UNSET:
        await projects.lock(unit, project_id)


def _parts(found: Sequence[MonitorRecord]) -> list[Sequence[MonitorRecord]]:
    return [found[start : start + CHANGED_AT_ONCE] for start in range(0, len(found), CHANGED_AT_ONCE)]


async def _keep_limit(unit: UnitOfWork, project: ProjectRecord) -> None:
    used = await monitors.count(unit, project.id)
    if used >= project.check_limit:
        raise LimitReached("The project has as many monitors as it may have.", limit=project.check_limit, used=used)
