"""Channel: by which means a contact is told."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime


class Channel(SQLModel, table=True):
    """One means of one contact. `kind` names a folder of `app/channels`; the settings are encrypted JSON.

    `tells_down` and `tells_up` follow from the settings, so that a flip finds its channels without opening them.
    `last_attempt_ms` is how long its last attempt took: the quickest channels are told first.
    """

    __tablename__ = "channels"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE", index=True, sa_type=BigId)
    contact_id: int = Field(foreign_key="contacts.id", ondelete="CASCADE", index=True, sa_type=BigId)
    kind: str = Field(max_length=20)
    name: str = Field(default="", max_length=100)
    settings_encrypted: str
    tells_down: bool = True
    tells_up: bool = True
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled: bool = False
    last_error: str = Field(default="", max_length=200)
    last_attempt_ms: int | None = None
    last_delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
