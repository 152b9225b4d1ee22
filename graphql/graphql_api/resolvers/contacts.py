"""What can be done with contacts and their channels."""

from app.db.unit_of_work import UnitOfWork
from app.errors import InvalidInput, LimitReached, NotFound
from app.pipeline.alerting import record_test
from app.rules.check_settings import LONGEST_NAME, checked_text
from app.security.roles import Role
from app.store import channels, notifications, projects
from app.store.channel_settings import accepted_settings
from app.store.channels import ChannelRecord, ContactRecord
from app.store.notifications import NotificationRecord
from graphql_api.context import Context

MOST_CHANNELS = 1000
"""Channels and contacts that a project may have, each."""


async def contact_list(ctx: Context) -> list[ContactRecord]:
    """Return the project's contacts, oldest first."""
    return await channels.contacts_of(ctx.database, ctx.project().id)


async def contact_create(ctx: Context, *, name: str, auto_linked: bool = False) -> ContactRecord:
    """Make a contact without channels."""
    project = ctx.project(Role.EDITOR)
    checked_text(name, "name", LONGEST_NAME)
    async with ctx.database.transaction() as unit:
        await projects.lock(unit, project.id)
        keep_limit(len(await channels.contacts_of(unit, project.id)))
        return await channels.add_contact(unit, project.id, name, ctx.now(), auto_linked=auto_linked)


async def contact_update(
    ctx: Context, *, uuid: str, name: str | None, auto_linked: bool | None = None
) -> ContactRecord:
    """Change a contact; what is None stays as it is."""
    project = ctx.project(Role.EDITOR)
    checked_text(name or "", "name", LONGEST_NAME)
    async with ctx.database.transaction() as unit:
        if auto_linked:
            await projects.lock(unit, project.id)
        contact = await channels.contact(unit, project.id, uuid)
        if name is None and auto_linked is None:
            return contact
        return await channels.change_contact(unit, contact, ctx.now(), name=name, auto_linked=auto_linked)


async def contact_delete(ctx: Context, *, uuid: str) -> ContactRecord:
    """Delete a contact with its channels and return it as it was."""
    project = ctx.project(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        contact = await channels.contact(unit, project.id, uuid)
        await channels.remove_contact(unit, contact.id)
        return contact


async def channel_list(ctx: Context, *, needed: Role = Role.VIEWER) -> list[ChannelRecord]:
    """Return the project's channels, oldest first."""
    return await channels.of_project(ctx.database, ctx.project(needed).id)


async def channels_of_contact(ctx: Context, *, contact_id: int) -> list[ChannelRecord]:
    """Return the channels of a contact that this request has read, oldest first."""
    ctx.project(Role.EDITOR)
    return await ctx.loaders.contact_channels.load(contact_id)


async def channels_of_check(ctx: Context, *, check_id: int) -> list[ChannelRecord]:
    """Return the channels that hear of a check that this request has read, oldest first."""
    return await ctx.loaders.channels_of(ctx.project(Role.EDITOR).id, check_id)


async def channel_create(
    ctx: Context, *, contact_uuid: str, kind: str, name: str, settings: dict[str, object]
) -> ChannelRecord:
    """Add a channel of this kind to a contact; InvalidInput names the setting that is wrong."""
    project = ctx.project(Role.EDITOR)
    checked_text(name, "name", LONGEST_NAME)
    async with ctx.database.transaction() as unit:
        valid = await accepted_settings(unit, ctx.site.gateway, project.id, kind, settings)
        contact = await _contact(unit, project.id, contact_uuid)
        keep_limit(len(await channels.of_project(unit, project.id)))
        return await channels.add(unit, ctx.site.vault, contact, kind, name, valid, ctx.now())


async def channel_update(
    ctx: Context, *, uuid: str, name: str | None, settings: tuple[str, dict[str, object]] | None, disabled: bool | None
) -> ChannelRecord:
    """Change a channel; what is None stays as it is. Settings, with their kind, are replaced as a whole."""
    project = ctx.project(Role.EDITOR)
    checked_text(name or "", "name", LONGEST_NAME)
    async with ctx.database.transaction() as unit:
        channel = await channels.channel(unit, project.id, uuid)
        valid = None
        if settings is not None:
            kind, given = settings
            if kind != channel.kind:
                raise InvalidInput("A channel stays of its kind: make another one.", path=("settings",))
            valid = await accepted_settings(unit, ctx.site.gateway, project.id, kind, given)
        now = ctx.now()
        return await channels.change(unit, ctx.site.vault, channel, now, name=name, settings=valid, disabled=disabled)


async def channel_delete(ctx: Context, *, uuid: str) -> ChannelRecord:
    """Delete a channel and return it as it was."""
    project = ctx.project(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        channel = await channels.channel(unit, project.id, uuid)
        await channels.remove(unit, channel.id)
        return channel


async def channel_test(ctx: Context, *, uuid: str) -> NotificationRecord:
    """Send a real message by a channel; the notification returned tells how it fares when read again."""
    project = ctx.project(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        channel = await channels.channel(unit, project.id, uuid)
        if channel.disabled:
            raise InvalidInput(f"The channel is disabled: {channel.last_error or 'by hand'}", path=("id",))
        made = await record_test(unit, channel.id, ctx.now())
        return await notifications.by_uuid(unit, project.id, made)


async def _contact(unit: UnitOfWork, project_id: int, uuid: str) -> ContactRecord:
    try:
        return await channels.contact(unit, project_id, uuid)
    except NotFound as error:
        error.path = ("contactId",)
        raise


def keep_limit(used: int) -> None:
    """Raise LimitReached when a project with so many contacts or channels may have no more of them."""
    if used >= MOST_CHANNELS:
        raise LimitReached("The project has as many of these as it may have.", limit=MOST_CHANNELS, used=used)
