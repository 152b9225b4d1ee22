"""Membership: a user's role in a project."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.columns import BigId, UtcDateTime, Word
from app.security.roles import Role


class Membership(SQLModel, table=True):
    """A user's role in a project, and since when."""

    __tablename__ = "memberships"

    user_id: int = Field(foreign_key="users.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    project_id: int = Field(foreign_key="projects.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId)
    role: Role = Field(sa_type=Word(Role))
    since: datetime = Field(sa_type=UtcDateTime)
