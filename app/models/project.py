"""Project: the tenant that owns everything else."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime
from app.security.keys import new_badge_key


class Project(SQLModel, table=True):
    """A tenant; `check_limit` bounds its checks, `ping_limit` the pings kept of each.

    `badge_key` names it in the URLs of badges, which anybody may see.
    """

    __tablename__ = "projects"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    name: str = Field(max_length=100)
    slug: str = Field(default="", max_length=100, index=True)
    badge_key: str = Field(default_factory=new_badge_key, index=True, unique=True, max_length=22)
    timezone: str = Field(default="UTC", max_length=36)
    check_limit: int = 10_000
    ping_limit: int = 100
    created_at: datetime = Field(sa_type=UtcDateTime)
