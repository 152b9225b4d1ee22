"""TokenBucket: how much of a limit is left."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.columns import UtcDateTime


class TokenBucket(SQLModel, table=True):
    """What is left of one limit for one name, as of `updated_at`; it fills up again as time passes."""

    __tablename__ = "token_buckets"

    name: str = Field(primary_key=True, max_length=100)
    tokens: float
    updated_at: datetime = Field(sa_type=UtcDateTime)
