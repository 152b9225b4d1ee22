"""What the key's user may do with single watchables, where a grant says otherwise than the role in the project."""

from collections.abc import Sequence

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import Forbidden, NotFound
from app.security.roles import Role, at_least, lower
from app.store import grants, users, watchables
from app.store.grants import GrantRecord
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers.memberships import managed


async def permit(ctx: Context, reader: Reader, watchable_ids: Sequence[int], needed: Role = Role.EDITOR) -> None:
    """Raise Forbidden unless the caller may do what `needed` says to each of these watchables of its project.

    No statement is run for a key that acts for no user.
    """
    caller = ctx.caller
    if caller is None or not watchable_ids:
        ctx.project(needed)
        return
    granted = {} if caller.user_id is None else await grants.roles_of(reader, caller.user_id, watchable_ids)
    roles = {lower(caller.key_role, granted[one]) if one in granted else caller.role for one in watchable_ids}
    if not all(at_least(role, needed) for role in roles):
        raise Forbidden("This key may only read this.")


async def grant_list(ctx: Context) -> list[GrantRecord]:
    """Return the grants of the project; Forbidden unless the key's user is an admin of it."""
    project = await _administered(ctx)
    return await grants.of_project(ctx.database, project.id)


async def grant_update(ctx: Context, *, user_email: str, watchable_uuid: str, role: Role) -> list[GrantRecord]:
    """Give a member of the project another role for one watchable; return what is granted now."""
    project = await _administered(ctx)
    async with ctx.database.transaction() as unit:
        user_id, watchable_id = await _pair(unit, project, user_email, watchable_uuid)
        await grants.put(unit, user_id, watchable_id, role)
        return await grants.of_project(unit, project.id)


async def grant_delete(ctx: Context, *, user_email: str, watchable_uuid: str) -> None:
    """Let a member have the project's role for a watchable again."""
    project = await _administered(ctx)
    async with ctx.database.transaction() as unit:
        user_id, watchable_id = await _pair(unit, project, user_email, watchable_uuid)
        if not await grants.remove(unit, user_id, watchable_id):
            raise NotFound("There is no such grant.")


async def _administered(ctx: Context) -> ProjectRecord:
    return await managed(ctx, uuid=ctx.project().uuid, needed=Role.ADMIN)


async def _pair(unit: UnitOfWork, project: ProjectRecord, email: str, watchable_uuid: str) -> tuple[int, int]:
    """Return the numbers of a member and of a watchable of the project."""
    user = await users.by_email(unit, email)
    if user is None or user.id is None or await users.role_in(unit, user.id, project.id) is None:
        raise NotFound("The project has no such member.", path=("userEmail",))
    watchable_id = await watchables.number(unit, project.id, watchable_uuid)
    if watchable_id is None:
        raise NotFound("There is no such check or monitor.", path=("watchableId",))
    return user.id, watchable_id
