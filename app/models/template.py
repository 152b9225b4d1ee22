"""Template: one step of a monitor, a single request."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime


class Template(SQLModel, table=True):
    """A step, in the order of `position` (from 1).

    `url_parameters` is a JSON array of pairs of texts; `headers_encrypted`, which may hold credentials, is one of
    `[name, value, secret]`, encrypted. `timeout` is whole seconds, None leaves it to the run.
    """

    __tablename__ = "templates"
    __table_args__ = (Index("ix_templates_watchable", "watchable_id", "position"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    watchable_id: int = Field(foreign_key="watchables.id", ondelete="CASCADE", sa_type=BigId)
    position: int
    name: str | None = None
    method: str = Field(default="GET", max_length=20)
    url: str
    url_parameters: str = "[]"
    headers_encrypted: str
    body: str | None = None
    follow_redirects: bool = False
    timeout: int | None = None
    pre_process_script: str | None = None
    post_script: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
