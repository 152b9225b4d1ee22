"""ApiKey: a credential of a project."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime, Word
from app.security.keys import KeyRole


class ApiKey(SQLModel, table=True):
    """A key, stored as a keyed hash; a ping key is kept encrypted too, since URLs show it again."""

    __tablename__ = "api_keys"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE", index=True, sa_type=BigId)
    user_id: int | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True, sa_type=BigId)
    name: str = Field(default="", max_length=100)
    role: KeyRole = Field(sa_type=Word(KeyRole))
    prefix: str = Field(max_length=8)
    secret_hash: str = Field(unique=True, max_length=64)
    secret_encrypted: str | None = None
    allow_ip: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
