"""Users in the database, and their roles in projects."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select, update

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import Conflict, NotFound
from app.models import User
from app.models.tables import memberships, projects, users
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.security.passwords import password_hash
from app.security.roles import Role
from app.store.projects import ProjectRecord, select_projects


@dataclass(frozen=True, slots=True)
class UserRecord:
    """All that is stored of one user but the password."""

    id: int
    uuid: str
    email: str
    name: str
    timezone: str
    report_rhythm: ReportRhythm
    next_report_at: datetime | None
    nag_rhythm: NagRhythm
    next_nag_at: datetime | None
    created_at: datetime


_SELECT_USERS = select(*(users.c[field.name] for field in fields(UserRecord)))


async def by_id(reader: Reader, user_id: int) -> UserRecord | None:
    """Return the user with this number."""
    row = await reader.row(_SELECT_USERS.where(users.c.id == user_id))
    return UserRecord(*row) if row else None


async def change(unit: UnitOfWork, user_id: int, values: Mapping[str, object]) -> UserRecord:
    """Set these columns of a user and return it as it is now; NotFound when it is gone."""
    if values:
        await unit.execute(update(users).where(users.c.id == user_id).values(**values))
    found = await by_id(unit, user_id)
    if found is None:
        raise NotFound("There is no such user.")
    return found


async def by_email(unit: UnitOfWork, email: str) -> User | None:
    """Return the user with this address, in any case of letters."""
    found: User | None = await unit.session.scalar(select(User).where(users.c.email == email.lower()))
    return found


async def add(unit: UnitOfWork, email: str, password: str, now: datetime) -> User:
    """Store a new user; Conflict when the address is taken."""
    if await by_email(unit, email) is not None:
        raise Conflict("There is a user with this address.")
    user = User(email=email.lower(), password_hash=password_hash(password), created_at=now)
    await unit.add(user)
    return user


async def join(unit: UnitOfWork, user_id: int | None, project_id: int, role: Role, now: datetime) -> None:
    """Make the user with this number a member of a project."""
    membership = insert(memberships).values(user_id=user_id, project_id=project_id, role=role, since=now)
    await unit.execute(membership)


async def role_in(reader: Reader, user_id: int, project_id: int) -> Role | None:
    """Return the user's role in the project; None for one who is no member."""
    own = (memberships.c.user_id == user_id) & (memberships.c.project_id == project_id)
    row = await reader.row(select(memberships.c.role).where(own))
    return row[0] if row else None


async def memberships_of(reader: Reader, user_id: int) -> list[tuple[ProjectRecord, Role]]:
    """Return the projects that the user is a member of, and as what, oldest first."""
    statement = select_projects.add_columns(memberships.c.role).join(
        memberships, memberships.c.project_id == projects.c.id
    )
    rows = await reader.rows(statement.where(memberships.c.user_id == user_id).order_by(projects.c.id))
    return [(ProjectRecord(*row[:-1]), row[-1]) for row in rows]
