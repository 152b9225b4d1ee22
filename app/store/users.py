"""Users in the database, and their roles in projects."""

from datetime import datetime

from sqlalchemy import insert, select

from app.db.unit_of_work import UnitOfWork
from app.errors import Conflict
from app.models import User
from app.models.tables import memberships, users
from app.security.passwords import password_hash
from app.security.roles import Role


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


async def join(unit: UnitOfWork, user: User, project_id: int, role: Role, now: datetime) -> None:
    """Make the user a member of a project."""
    membership = insert(memberships).values(user_id=user.id, project_id=project_id, role=role, since=now)
    await unit.execute(membership)
