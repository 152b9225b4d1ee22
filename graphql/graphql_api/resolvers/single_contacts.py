"""What can be done with contacts that are reached by one channel, as API Science knows them."""

from pydantic import BaseModel

from app.channels.registry import channel_kind
from app.db.unit_of_work import UnitOfWork
from app.errors import InvalidInput
from app.rules.check_settings import LONGEST_NAME, checked_text
from app.security.roles import Role
from app.store import channels, projects, single_contacts
from app.store.channel_settings import accepted_settings
from app.store.channels import opened_settings
from app.store.check_changes import UNSET
from app.store.parts import Listed, Part
from app.store.single_contacts import SETTINGS, SingleContact, SingleContactChanges
from graphql_api.context import Context
from graphql_api.resolvers.contacts import keep_limit


async def single_contact_list(ctx: Context, *, part: Part | None = None) -> Listed[SingleContact]:
    """Return the project's contacts of this sort, or a part of them, oldest first."""
    return await single_contacts.of_project(ctx.database, ctx.site.vault, ctx.project().id, part)


async def single_contact_get(ctx: Context, *, contact_id: int) -> SingleContact:
    """Return one contact of the project; NotFound also for one that is reached otherwise."""
    return await single_contacts.by_id(ctx.database, ctx.site.vault, ctx.project().id, contact_id)


async def single_contact_create(ctx: Context, *, changes: SingleContactChanges) -> SingleContact:
    """Make a contact with its channel; it hears of all monitors whose API cannot say who does."""
    project = ctx.project(Role.EDITOR)
    label, kind, value = _label(changes) or "", changes.kind, changes.value
    if kind is UNSET or value is UNSET:
        raise InvalidInput("A contact has a type and a value.", path=("type" if kind is UNSET else "value",))
    async with ctx.database.transaction() as unit:
        await projects.lock(unit, project.id)
        keep_limit(await channels.most_used(unit, project.id))
        settings = await _settings(ctx, unit, kind, value, {})
        return await single_contacts.add(unit, ctx.site.vault, project.id, label, kind, settings, ctx.now())


async def single_contact_update(ctx: Context, *, contact_id: int, changes: SingleContactChanges) -> SingleContact:
    """Change what is given of a contact; kind and value must suit each other then.

    One that is reached by another address from now on is told again, whatever became of the former one.
    """
    project, vault = ctx.project(Role.EDITOR), ctx.site.vault
    label = _label(changes)
    async with ctx.database.transaction() as unit:
        found = await single_contacts.by_id(unit, vault, project.id, contact_id, lock=True)
        reached = await _reached(ctx, unit, found, changes)
        if label is None and reached is None:
            return found
        return await single_contacts.change(unit, vault, found, ctx.now(), label=label, reached=reached)


async def single_contact_delete(ctx: Context, *, contact_id: int) -> SingleContact:
    """Delete a contact with its channel and return it as it was."""
    project = ctx.project(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        found = await single_contacts.by_id(unit, ctx.site.vault, project.id, contact_id, lock=True)
        await channels.remove_contact(unit, found.contact.id)
        return found


def _label(changes: SingleContactChanges) -> str | None:
    return None if changes.label is UNSET else checked_text(changes.label, "label", LONGEST_NAME)


async def _reached(
    ctx: Context, unit: UnitOfWork, found: SingleContact, changes: SingleContactChanges
) -> tuple[str, BaseModel] | None:
    """Return the kind and settings that result, None where neither is given."""
    if changes.kind is UNSET and changes.value is UNSET:
        return None
    kind = found.channel.kind if changes.kind is UNSET else changes.kind
    value = found.value if changes.value is UNSET else changes.value
    kept: dict[str, object] = {}
    if kind == found.channel.kind:
        kept = opened_settings(ctx.site.vault, found.channel).model_dump(exclude={SETTINGS[kind]})
    return kind, await _settings(ctx, unit, kind, value, kept)


async def _settings(ctx: Context, unit: UnitOfWork, kind: str, value: str, more: dict[str, object]) -> BaseModel:
    if kind not in SETTINGS:
        raise InvalidInput(f"is none of {', '.join(SETTINGS)}", path=("type",))
    given = channel_kind(kind).from_value(value, more)
    try:
        return await accepted_settings(unit, ctx.site.gateway, ctx.project().id, kind, given)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=("value",)) from error
