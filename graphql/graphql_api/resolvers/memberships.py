"""What a key that acts for a user can do with the user's projects, beyond the one that it opens."""

from dataclasses import dataclass

from app.errors import Forbidden, InvalidInput, LimitReached, NotFound
from app.models import Project
from app.provisioning.make import MadeProject, add_project
from app.rules.check_settings import checked_timezone
from app.security.roles import Role, at_least
from app.store import projects, users
from app.store.projects import ProjectRecord
from graphql_api.context import Context

MOST_PROJECTS = 1000
"""Projects that a user may be a member of."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A project of the key's user, and what the user may do there."""

    project: ProjectRecord
    role: Role


async def membership_list(ctx: Context) -> list[Membership]:
    """Return the projects of the key's user, oldest first; none when the key acts for no user."""
    ctx.project()
    user_id = _user_id(ctx)
    if user_id is None:
        return []
    return [Membership(*each) for each in await users.memberships_of(ctx.database, user_id)]


async def project_create(ctx: Context, *, name: str, timezone: str = "UTC") -> MadeProject:
    """Make a project of the key's user, with one key of each role; Forbidden unless the user is an admin here."""
    user_id = await _admin(ctx)
    wanted = Project(name=name, timezone=checked_timezone(timezone), created_at=ctx.now())
    async with ctx.database.transaction() as unit:
        used = len(await users.memberships_of(unit, user_id))
        if used >= MOST_PROJECTS:
            raise LimitReached("The user has as many projects as one may have.", limit=MOST_PROJECTS, used=used)
        made = await add_project(unit, ctx.site.vault, wanted, ctx.now(), user_id=user_id)
        await users.join(unit, user_id, made.project.id, Role.OWNER, ctx.now())
        return made


async def project_delete(ctx: Context, *, uuid: str, name: str) -> ProjectRecord:
    """Delete a project with all that belongs to it and return it as it was; `name` must be its name.

    Its checks go in batches, each a transaction: called again, it finishes what was cut short.
    """
    project = await managed(ctx, uuid=uuid, needed=Role.ADMIN)
    if name != project.name:
        raise InvalidInput("This is not the project's name: nothing was deleted.", path=("name",))
    while await _delete_some(ctx, project):
        pass
    async with ctx.database.transaction() as unit:
        await projects.remove(unit, project.id)
    return project


async def managed(ctx: Context, *, uuid: str, needed: Role = Role.EDITOR) -> ProjectRecord:
    """Return the project with this uuid in which the caller may do what `needed` says.

    The key's own role counts in its own project up to EDITOR; beyond, and elsewhere, that of its user, who must be an
    admin. NotFound for all others.
    """
    own = ctx.project(Role.EDITOR)
    if uuid == own.uuid and needed is Role.EDITOR:
        return own
    for member in await membership_list(ctx):
        if member.project.uuid == uuid and at_least(member.role, Role.ADMIN):
            return member.project
    if uuid == own.uuid:
        raise Forbidden("This needs a key of a user who is an admin of the project.")
    raise NotFound("There is no such project.", path=("projectId",))


async def _delete_some(ctx: Context, project: ProjectRecord) -> bool:
    async with ctx.database.transaction() as unit:
        return await projects.remove_watchables(unit, project.id) > 0


def _user_id(ctx: Context) -> int | None:
    return None if ctx.caller is None else ctx.caller.user_id


async def _admin(ctx: Context) -> int:
    """Return the key's user, an admin of the key's project; Forbidden otherwise."""
    project = ctx.project(Role.EDITOR)
    user_id = _user_id(ctx)
    role = None if user_id is None else await users.role_in(ctx.database, user_id, project.id)
    if user_id is None or role is None or not at_least(role, Role.ADMIN):
        raise Forbidden("This needs a key of a user who is an admin: make one with `heliograph user create`.")
    return user_id
