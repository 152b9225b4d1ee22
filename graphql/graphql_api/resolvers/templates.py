"""What can be done with the templates of monitors."""

from collections.abc import Sequence

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import Conflict, LimitReached, NotFound
from app.rules import monitor_settings as rule
from app.rules.outcomes import ProbeKind
from app.security.roles import Role
from app.store import monitors, template_changes, templates
from app.store.monitor_changes import TemplateChanges, checked_new_template, checked_template, text_length
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.templates import TemplateRecord
from graphql_api.context import Context
from graphql_api.resolvers.monitors import monitor_to_change

TemplateName = int | str
"""The number of a template, or its uuid."""


async def template_list(ctx: Context, *, ref: MonitorRef) -> list[TemplateRecord]:
    """Return the templates of a monitor in their order."""
    monitor = await monitors.find(ctx.database, ctx.project().id, ref)
    return await templates.of_monitor(ctx.database, ctx.site.vault, monitor.id)


async def template_get(ctx: Context, *, ref: MonitorRef, template_id: TemplateName) -> TemplateRecord:
    """Return one template of a monitor; NotFound when it is another monitor's."""
    return _named(await template_list(ctx, ref=ref), template_id)


async def template_create(ctx: Context, *, ref: MonitorRef, changes: TemplateChanges) -> TemplateRecord:
    """Give a monitor one more template, the last; Conflict when it probes an address."""
    ctx.reach(Role.EDITOR)
    wanted = checked_new_template(changes)
    async with ctx.database.transaction() as unit:
        monitor, known = await _opened(ctx, unit, ref)
        if monitor.kind is not ProbeKind.API:
            raise Conflict("A monitor of kind HTTP has an address and no templates.")
        _keep_limit(len(known))
        number = await template_changes.append(unit, ctx.site.vault, monitor.id, wanted, ctx.now())
        made = await _stored(ctx, unit, number)
        _keep_text([*known, made])
        await _touch(ctx, unit, monitor)
        return made


async def template_update(
    ctx: Context, *, ref: MonitorRef, template_id: TemplateName, changes: TemplateChanges
) -> TemplateRecord:
    """Change what is given of a template; lists are replaced as a whole."""
    ctx.reach(Role.EDITOR)
    wanted = checked_template(changes)
    async with ctx.database.transaction() as unit:
        monitor, known = await _opened(ctx, unit, ref)
        template = _named(known, template_id)
        if wanted.is_empty:
            return template
        await template_changes.change(unit, ctx.site.vault, template.id, wanted, ctx.now())
        changed = await _stored(ctx, unit, template.id)
        _keep_text([*(one for one in known if one.id != template.id), changed])
        await _touch(ctx, unit, monitor)
        return changed


async def template_delete(ctx: Context, *, ref: MonitorRef, template_id: TemplateName) -> TemplateRecord:
    """Delete a template and return it as it was; those behind it move up."""
    ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        monitor, known = await _opened(ctx, unit, ref)
        template = _named(known, template_id)
        await template_changes.remove(unit, monitor.id, template.id, template.position)
        await _touch(ctx, unit, monitor)
        return template


async def _opened(ctx: Context, unit: UnitOfWork, ref: MonitorRef) -> tuple[MonitorRecord, list[TemplateRecord]]:
    """Return a monitor that the caller may change, locked, and its templates."""
    monitor = await monitor_to_change(ctx, unit, ref)
    return monitor, await templates.of_monitor(unit, ctx.site.vault, monitor.id)


def _named(known: Sequence[TemplateRecord], name: TemplateName) -> TemplateRecord:
    for template in known:
        if name in (template.id, template.uuid):
            return template
    raise NotFound("There is no such template.")


async def _stored(ctx: Context, reader: Reader, template_id: int) -> TemplateRecord:
    return (await templates.by_ids(reader, ctx.site.vault, [template_id]))[template_id]


async def _touch(ctx: Context, unit: UnitOfWork, monitor: MonitorRecord) -> None:
    monitor.updated_at = ctx.now()
    await monitors.save(unit, [monitor])


def _keep_limit(used: int) -> None:
    if used >= rule.MOST_TEMPLATES:
        raise LimitReached("The monitor has as many templates as it may have.", limit=rule.MOST_TEMPLATES, used=used)


def _keep_text(wanted: Sequence[TemplateRecord]) -> None:
    rule.check_text_in_all(sum(map(text_length, wanted)), path=())
