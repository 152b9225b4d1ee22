"""User: a person who signs in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime


class User(SQLModel, table=True):
    """A person; `email` is unique in lower case."""

    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(default="", max_length=100)
    timezone: str = Field(default="UTC", max_length=36)
    password_hash: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
