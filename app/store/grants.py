"""Grants in the database: roles of users for single watchables."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.models import WatchableKind
from app.models.tables import users, watchable_grants, watchables
from app.security.roles import Role

MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """A user's role for one watchable, with the names that people know both by."""

    user_email: str
    watchable_id: int
    watchable_uuid: str
    watchable_kind: WatchableKind
    watchable_name: str
    role: Role


async def roles_of(reader: Reader, user_id: int, watchable_ids: Sequence[int]) -> dict[int, Role]:
    """Return the roles that the user was granted for these watchables, by the watchable's number."""
    granted = select(watchable_grants.c.watchable_id, watchable_grants.c.role).where(
        watchable_grants.c.user_id == user_id, watchable_grants.c.watchable_id.in_(watchable_ids)
    )
    return {row.watchable_id: row.role for row in await reader.rows(granted)}


async def of_project(reader: Reader, project_id: int) -> list[GrantRecord]:
    """Return the grants for the project's watchables, by address and number; a thousand at most."""
    granted = (
        select(
            users.c.email,
            watchables.c.id,
            watchables.c.uuid,
            watchables.c.kind,
            watchables.c.name,
            watchable_grants.c.role,
        )
        .select_from(watchable_grants.join(users).join(watchables))
        .where(watchables.c.project_id == project_id)
    )
    rows = await reader.rows(granted.order_by(users.c.email, watchables.c.id).limit(MOST_SHOWN))
    return [GrantRecord(*row) for row in rows]


async def put(unit: UnitOfWork, user_id: int, watchable_id: int, role: Role) -> None:
    """Let the user have this role for the watchable, whatever was granted before."""
    await remove(unit, user_id, watchable_id)
    await unit.execute(insert(watchable_grants).values(user_id=user_id, watchable_id=watchable_id, role=role))


async def remove(unit: UnitOfWork, user_id: int, watchable_id: int) -> bool:
    """Let the user have the role of the project again; tell whether there was a grant."""
    own = (watchable_grants.c.user_id == user_id) & (watchable_grants.c.watchable_id == watchable_id)
    gone = await unit.execute(delete(watchable_grants).where(own).returning(watchable_grants.c.user_id))
    return gone.first() is not None
