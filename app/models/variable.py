"""Variable: a named value of a project, for the `{{name}}` of its templates and for their scripts."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime


class Variable(SQLModel, table=True):
    """A named value, unique in its project: JSON, encrypted. One that is `secret` is never shown again."""

    __tablename__ = "variables"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE", sa_type=BigId)
    name: str = Field(max_length=100)
    value_encrypted: str
    secret: bool = False
    updated_at: datetime = Field(sa_type=UtcDateTime)
