"""What can be done with a template that is known by its own name alone."""

from app.errors import NotFound
from app.store import templates
from app.store.monitor_changes import TemplateChanges
from app.store.monitors import MonitorRef
from app.store.templates import TemplateRecord
from graphql_api.context import Context
from graphql_api.resolvers.templates import template_delete, template_update


async def template_update_by_uuid(ctx: Context, *, uuid: str, changes: TemplateChanges) -> TemplateRecord:
    """Change what is given of a template; NotFound when it is none of the project."""
    return await template_update(ctx, ref=await _monitor_of(ctx, uuid), template_id=uuid, changes=changes)


async def template_delete_by_uuid(ctx: Context, *, uuid: str) -> TemplateRecord:
    """Delete a template and return it as it was; NotFound when it is none of the project."""
    return await template_delete(ctx, ref=await _monitor_of(ctx, uuid), template_id=uuid)


async def _monitor_of(ctx: Context, uuid: str) -> MonitorRef:
    found = await templates.by_uuids(ctx.database, ctx.site.vault, ctx.project().id, [uuid])
    if uuid not in found:
        raise NotFound("There is no such template.")
    return MonitorRef(id=found[uuid].watchable_id)
