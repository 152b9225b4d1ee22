"""Contact: who is told."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime


class Contact(SQLModel, table=True):
    """A person or group that channels lead to.

    A contact and a monitor that are both `auto_linked` are assigned to each other when the later of them is made.
    """

    __tablename__ = "contacts"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE", index=True, sa_type=BigId)
    name: str = Field(default="", max_length=100)
    auto_linked: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
