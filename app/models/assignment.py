"""Assignments: which contacts and which single channels hear of a watchable."""

from sqlmodel import Field, SQLModel

from app.models.columns import BigId


class WatchableContact(SQLModel, table=True):
    """All channels of the contact hear of the watchable, also those added later."""

    __tablename__ = "watchable_contacts"

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    contact_id: int = Field(foreign_key="contacts.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId)


class WatchableChannel(SQLModel, table=True):
    """The channel hears of the watchable by itself, whatever else its contact has."""

    __tablename__ = "watchable_channels"

    watchable_id: int = Field(foreign_key="watchables.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    channel_id: int = Field(foreign_key="channels.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId)
