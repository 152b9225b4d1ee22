"""WatchableGrant: the role of a user for one watchable, in place of the one that the user has in its project."""

from sqlmodel import Field, SQLModel

from app.models.columns import BigId, Word
from app.security.roles import Role


class WatchableGrant(SQLModel, table=True):
    """A user's role for one watchable."""

    __tablename__ = "watchable_grants"

    user_id: int = Field(foreign_key="users.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    watchable_id: int = Field(
        foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId
    )
    role: Role = Field(sa_type=Word(Role))
