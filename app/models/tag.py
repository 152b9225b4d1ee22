"""Tag: a label of a project, and the watchables that carry it."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId


class Tag(SQLModel, table=True):
    """A label; its name is unique in its project."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE", sa_type=BigId)
    name: str = Field(max_length=500)
    color: str = Field(default="#64748b", max_length=7)


class WatchableTag(SQLModel, table=True):
    """The watchable carries the tag, given at the place `position`; 0 where the order is that of names."""

    __tablename__ = "watchable_tags"

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    tag_id: int = Field(foreign_key="tags.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId)
    position: int = 0
