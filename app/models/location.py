"""Location: a place that probes run from."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime


class Location(SQLModel, table=True):
    """A place; `code` names it in settings and queues. Those of no project are everybody's."""

    __tablename__ = "locations"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int | None = Field(
        default=None, foreign_key="projects.id", ondelete="CASCADE", index=True, sa_type=BigId
    )
    code: str = Field(unique=True, max_length=50)
    name: str = Field(max_length=100)
    country: str = Field(default="", max_length=100)
    region: str = Field(default="", max_length=100)
    created_at: datetime = Field(sa_type=UtcDateTime)
