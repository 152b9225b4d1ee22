"""What can be done with a project's keys."""

from datetime import datetime

from app.errors import InvalidInput, LimitReached
from app.rules.check_settings import LONGEST_NAME, checked_text
from app.security.keys import KeyRole
from app.security.roles import Role
from app.store import keys
from app.store.keys import KeyRecord, NewKey
from graphql_api.context import Context
from graphql_api.resolvers.memberships import managed

MOST_KEYS = 1000
"""Keys that a project may have."""


async def key_list(ctx: Context) -> list[KeyRecord]:
    """Return the project's keys, oldest first, without their secrets."""
    return await keys.of_project(ctx.database, ctx.project(Role.EDITOR).id)


async def key_create(
    ctx: Context,
    *,
    project_uuid: str,
    role: KeyRole,
    name: str = "",
    allow_ip: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[KeyRecord, str]:
    """Make a key of the caller's project, or of another of which its user is an admin; then it acts for the user.

    Returns it with its secret, which is shown this once.
    """
    project = await managed(ctx, uuid=project_uuid)
    checked_text(name, "name", LONGEST_NAME)
    if expires_at is not None and expires_at <= ctx.now():
        raise InvalidInput("A key cannot expire in the past.", path=("expiresAt",))
    async with ctx.database.transaction() as unit:
        used = len(await keys.of_project(unit, project.id))
        if used >= MOST_KEYS:
            raise LimitReached("The project has as many keys as it may have.", limit=MOST_KEYS, used=used)
        user_id = ctx.caller.user_id if ctx.caller and project != ctx.project() else None
        wanted = NewKey(role=role, name=name, allow_ip=allow_ip, user_id=user_id, expires_at=expires_at)
        return await keys.add(unit, ctx.site.vault, project.id, wanted, ctx.now())


async def key_revoke(ctx: Context, *, uuid: str) -> KeyRecord:
    """Delete a key, so that it stops to work at once, and return it as it was."""
    project = ctx.project(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        key = await keys.by_uuid(unit, project.id, uuid)
        await keys.remove(unit, key.id)
        return key
